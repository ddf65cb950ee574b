/** Chance that a seed repeats exactly. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
    // Neighbouring seeds begin alike; after a few rounds they no longer do.
    for (let round = 0; round < 4; round++) this.fraction();
  }

  /** At least 0, below 1 (mulberry32). */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor(this.fraction() * end);
  }

  /** True in that many of a hundred cases. */
  percent(share: number): boolean {
    return this.fraction() * 100 < share;
  }

  one<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new RangeError("there is nothing to choose from");
    return items[this.below(items.length)] as Item;
  }
}
