import type { Clock } from "../ports/clock.ts";

/**
 * How long what is on record has lasted, whatever happens to the machine's clock meanwhile. From when
 * this process first asks about it, a clock that only runs on counts. For the time before, under another
 * process, there is only the time on record; where that lies in the future, a clock was set back
 * since, and it counts as now: too long a wait is harmless, too short a one is not (G9).
 */
export class Durations {
  readonly #clock: Clock;
  /** The newest of each kind, so that there are never more than kinds. */
  readonly #begun = new Map<string, { readonly at: number; readonly elapsed: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param at epoch milliseconds, on record */
  since(kind: string, at: number): number {
    let begun = this.#begun.get(kind);
    if (begun?.at !== at) {
      const before = Math.max(0, this.#clock.now() - at);
      begun = { at, elapsed: this.#clock.elapsed() - before };
      this.#begun.set(kind, begun);
    }
    return this.#clock.elapsed() - begun.elapsed;
  }
}
