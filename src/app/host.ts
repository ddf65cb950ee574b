import type { Clock } from "../ports/clock.ts";
import type { EventStore } from "../ports/event-store.ts";

/** What the use cases need of the machine they run on, beside the ports to the world. */
export interface Host {
  readonly store: EventStore;
  readonly clock: Clock;
  /** Unique and ordered by time (UUID version 7). */
  newId(): string;
  /** SHA-256 of the text, in hexadecimal. */
  hash(text: string): string;
  /** Whether two hashes are the same, in a time that doesn't tell where they differ. */
  sameHash(one: string, other: string): boolean;
  /** Between 0 and 1, for jitter. */
  random(): number;
  /** One line for the operator's own log. */
  log(level: "info" | "warn" | "error", message: string, data?: Record<string, unknown>): void;
}
