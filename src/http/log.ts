/** Writes one line to the operator's own log. It is never given a key or a body. */
export type Log = (
  level: "info" | "warn" | "error",
  message: string,
  data: Record<string, unknown>,
) => void;

/** What of a thrown value goes into the log. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
