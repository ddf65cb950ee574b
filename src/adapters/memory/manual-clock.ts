import { setImmediate as macrotask } from "node:timers/promises";
import type { Clock } from "../../ports/clock.ts";

interface Waiter {
  readonly due: number;
  readonly wake: () => void;
}

/** A clock that stands still until it is told to advance. */
export class ManualClock implements Clock {
  #elapsed = 0;
  #startMs: number;
  #advancing = false;
  readonly #waiters = new Set<Waiter>();

  /** @param startMs epoch milliseconds. */
  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  now(): number {
    return this.#startMs + this.#elapsed;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  /** Sets the clock this much forwards, or backwards: no time passes and no wait ends. */
  jump(ms: number): void {
    this.#startMs += ms;
  }

  /** How many waits have neither come due nor been aborted. */
  get pending(): number {
    return this.#waiters.size;
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0 || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const waiter = { due: this.#elapsed + ms, wake };
      this.#waiters.add(waiter);
      signal?.addEventListener("abort", wake, { once: true });
    });
  }

  /**
   * Moves time on by `ms`. Waits end one by one, in the order in which they come due (those due
   * together in the order they began), each at its own time; what a wait's end sets going runs
   * until it waits again, so waits begun on the way end too when they come due in time.
   * Throws when another advance is under way.
   */
  async advance(ms: number): Promise<void> {
    if (this.#advancing) throw new Error("the clock is being advanced already; await that first");
    this.#advancing = true;
    try {
      const target = this.#elapsed + ms;
      await macrotask();
      for (let next = this.#next(target); next; next = this.#next(target)) {
        this.#elapsed = next.due;
        next.wake();
        await macrotask();
      }
      this.#elapsed = target;
    } finally {
      this.#advancing = false;
    }
  }

  #next(target: number): Waiter | undefined {
    let first: Waiter | undefined;
    for (const waiter of this.#waiters) {
      if (waiter.due <= target && (!first || waiter.due < first.due)) first = waiter;
    }
    return first;
  }
}
