/** One thing that was looked at. */
export interface Finding {
  readonly ok: boolean;
  /** What is so. */
  readonly what: string;
  /** What to do, where it is not as it should be. */
  readonly mend?: string;
}
