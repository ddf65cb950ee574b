/** A request to GitHub that did not succeed. Never holds the token. */
export class GitHubError extends Error {
  override readonly name = "GitHubError";
  /** Absent where no answer came. */
  readonly status: number | undefined;
  /** Whether asking again is of no use: GitHub has understood, and won't do it. */
  readonly final: boolean;

  constructor(
    message: string,
    {
      status,
      final,
      ...options
    }: { readonly status?: number; readonly final: boolean } & ErrorOptions,
  ) {
    super(message, options);
    this.status = status;
    this.final = final;
  }
}
