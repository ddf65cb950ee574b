/** Time, as a port: nothing in `domain` or `app` reads the machine's clock. */
export interface Clock {
  /** Epoch milliseconds, for what is put on record. It jumps when the machine's clock is set. */
  now(): number;
  /** Milliseconds of a clock that only runs on: what is between two readings has truly passed. */
  elapsed(): number;
  /** Resolves after `ms`, or at once when the signal aborts; it never rejects. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}
