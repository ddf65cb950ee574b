/** One line for the local cloud's own log. */
export type Log = (
  level: "info" | "warn" | "error",
  message: string,
  data?: Record<string, unknown>,
) => void;
