import type { EnvironmentName } from "../../domain/configuration.ts";
import type { Host } from "../host.ts";

interface Surroundings extends Pick<Host, "clock" | "random" | "log"> {
  readonly signal: AbortSignal;
}

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 120_000;
/** After these the next decision about the environment, or the next sweep, begins anew. */
const MOST_TRIES = 6;

/**
 * Works on one environment after another, each at most once in the queue. What fails has another turn
 * later, a bounded number of times.
 */
export class Turns {
  readonly #surroundings: Surroundings;
  readonly #work: (name: EnvironmentName) => Promise<void>;
  readonly #marked = new Set<EnvironmentName>();
  readonly #failures = new Map<EnvironmentName, number>();
  /** Those that have another turn coming. */
  readonly #pausing = new Set<EnvironmentName>();
  #wake: () => void = () => undefined;

  constructor(surroundings: Surroundings, work: (name: EnvironmentName) => Promise<void>) {
    this.#surroundings = surroundings;
    this.#work = work;
  }

  /** There may be something new to do for it. */
  mark(name: EnvironmentName): void {
    this.#marked.add(name);
    this.#wake();
  }

  /** Until the signal aborts. */
  async run(): Promise<void> {
    const { signal } = this.#surroundings;
    const stop = () => this.#wake();
    signal.addEventListener("abort", stop);
    while (!signal.aborted) {
      const [name] = this.#marked;
      if (name === undefined) await this.#markedOrStopped();
      else await this.#turnOf(name);
    }
    signal.removeEventListener("abort", stop);
  }

  #markedOrStopped(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #turnOf(name: EnvironmentName): Promise<void> {
    this.#marked.delete(name);
    try {
      await this.#work(name);
      this.#failures.delete(name);
    } catch (error) {
      this.#later(name, error);
    }
  }

  #later(name: EnvironmentName, error: unknown): void {
    const { clock, random, log, signal } = this.#surroundings;
    if (signal.aborted) return;
    const tries = (this.#failures.get(name) ?? 0) + 1;
    const reason = error instanceof Error ? error.message : String(error);
    if (tries >= MOST_TRIES) {
      this.#failures.delete(name);
      log("error", `how ${name} stands could not be told`, { tries, reason });
      return;
    }
    this.#failures.set(name, tries);
    log("warn", `how ${name} stands could not be told yet`, { tries, reason });
    if (this.#pausing.has(name)) return;
    this.#pausing.add(name);
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
    void clock.wait(longest * (0.5 + random() / 2), signal).then(() => {
      this.#pausing.delete(name);
      this.mark(name);
    });
  }
}
