/** Change this, commit and push: the page shows when the new release is live. */
export const version = "1.0.0";
