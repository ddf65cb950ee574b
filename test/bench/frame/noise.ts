import { type Samples, spreadOf } from "./samples.ts";

const STEPS = 20_000_000;

/** Times of a loop that always does the same work: their spread is what the machine adds by itself. */
export class Noise {
  readonly #times: number[] = [];

  take(): void {
    const begun = performance.now();
    let value = 1;
    for (let step = 0; step < STEPS; step += 1) value = (value * 1_103_515_245 + 12_345) | 0;
    if (value === 0.5) throw new Error("integers only");
    this.#times.push(performance.now() - begun);
  }

  get samples(): Samples {
    return this.#times;
  }

  /** How much slower the slowest loop was than the fastest, in per cent. */
  get percent(): number {
    const { lowest, highest } = spreadOf(this.#times);
    return (highest / lowest - 1) * 100;
  }
}
