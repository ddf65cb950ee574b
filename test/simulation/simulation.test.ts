import { describe, expect, it } from "vitest";
import { simulate } from "./simulate.ts";

/** The gate goes on to 3,000 (`npm run sim`). */
const SEEDS = 60;

describe("the simulation", () => {
  it("comes to the same end whenever a seed is repeated", async () => {
    const [once, again] = [await simulate(4, true), await simulate(4, true)];
    expect(once.trace.length).toBeGreaterThan(100);
    expect(again).toEqual(once);
  });

  it("finds no schedule that breaks a guarantee", { timeout: 300_000 }, async () => {
    let flips = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { violation, flips: flipped } = await simulate(seed);
      if (violation) {
        throw new Error(`npm run sim -- --from ${seed} --seeds 1 --trace`, { cause: violation });
      }
      flips += flipped;
    }
    expect(flips).toBeGreaterThan(SEEDS / 2);
  });
});
