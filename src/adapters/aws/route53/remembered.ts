import type { Clock } from "../../../ports/clock.ts";

interface Entry<Value> {
  readonly value: Promise<Value>;
  readonly askedAt: number;
}

/** Answers that are good for some time. Who asks while an answer is on its way shares it; failures are forgotten at once. */
export class Remembered<Value> {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry<Value>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The answer that was asked for at most `maxAgeMs` ago, or a new one. */
  get(key: string, maxAgeMs: number, ask: () => Promise<Value>): Promise<Value> {
    const now = this.#clock.elapsed();
    const known = this.#entries.get(key);
    if (known && now - known.askedAt <= maxAgeMs) return known.value;
    const entry = { value: ask(), askedAt: now };
    this.#entries.set(key, entry);
    entry.value.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    return entry.value;
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }

  forgetAll(): void {
    this.#entries.clear();
  }
}
