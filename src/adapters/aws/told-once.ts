/** One line for the operator's own log. */
export type Log = (
  level: "info" | "warn" | "error",
  message: string,
  data?: Record<string, unknown>,
) => void;

/** Tells what is worse than it could be once, and again only after it was well in between. */
export class ToldOnce {
  readonly #log: Log;
  readonly #told = new Map<string, string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** @param about what it concerns: the same message about the same thing is told once */
  warn(about: string, message: string): void {
    if (this.#told.get(about) === message) return;
    this.#told.set(about, message);
    this.#log("warn", message);
  }

  well(about: string): void {
    this.#told.delete(about);
  }
}
