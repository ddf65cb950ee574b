import type { Clock } from "../ports/clock.ts";
import type { Host } from "./host.ts";

/** The longest pause after work on one key failed again and again. */
const MAX_PAUSE_MS = 30_000;

/**
 * Drives work on many keys, one loop each while there is something to do. `step` does what is due
 * and tells after how many milliseconds to look again, or undefined when only a nudge can bring more.
 */
export class Workers {
  readonly #host: Host;
  readonly #clock: Clock;
  readonly #step: (key: string) => Promise<number | undefined>;
  readonly #running = new Map<
    string,
    { nudged: boolean; wake: AbortController; done: Promise<void> }
  >();
  #stopped = false;

  constructor(host: Host, step: (key: string) => Promise<number | undefined>) {
    this.#host = host;
    this.#clock = host.clock;
    this.#step = step;
  }

  /** Something about the key may have changed: look at it now. */
  nudge(key: string): void {
    if (this.#stopped) return;
    const running = this.#running.get(key);
    if (running) {
      running.nudged = true;
      running.wake.abort();
      return;
    }
    const worker = { nudged: false, wake: new AbortController(), done: Promise.resolve() };
    this.#running.set(key, worker);
    worker.done = this.#drive(key, worker);
  }

  /** Ends every loop after the step it is in. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { wake } of this.#running.values()) wake.abort();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async #drive(key: string, worker: { nudged: boolean; wake: AbortController }): Promise<void> {
    let failures = 0;
    while (!this.#stopped) {
      worker.nudged = false;
      worker.wake = new AbortController();
      let pause: number | undefined;
      try {
        pause = await this.#step(key);
        failures = 0;
      } catch (error) {
        failures += 1;
        const longest = Math.min(MAX_PAUSE_MS, 100 * 2 ** Math.min(failures, 12));
        pause = longest * (0.5 + this.#host.random() / 2);
        this.#host.log("error", `work on ${key} failed and is tried again`, { failures, error });
      }
      if (worker.nudged) continue;
      if (pause === undefined) break;
      await this.#clock.wait(pause, worker.wake.signal);
    }
    this.#running.delete(key);
  }
}
