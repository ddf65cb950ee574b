import { seeded } from "../support/seeded.ts";

/** Chance that a seed repeats exactly. */
export class Chance {
  /** At least 0, below 1. */
  readonly fraction: () => number;

  constructor(seed: number) {
    this.fraction = seeded(seed);
    // Neighbouring seeds begin alike; after a few rounds they no longer do.
    for (let round = 0; round < 4; round++) this.fraction();
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
