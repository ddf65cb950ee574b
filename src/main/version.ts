declare const __VERSION__: string;

/** Of the package; the build puts it in. */
export const VERSION = __VERSION__;
