import { describe, expect, it } from "vitest";
import { simulate } from "./simulate.ts";

/** The gate goes on to 3,000 (`npm run sim`). */
const SEEDS = 500;
const CHUNK = 250;

describe("the simulation", () => {
  it("comes to the same end whenever a seed is repeated", async () => {
    const [once, again] = [await simulate(4, true), await simulate(4, true)];
    expect(once.trace.length).toBeGreaterThan(100);
    expect(again).toEqual(once);
  });

  const chunks = Array.from({ length: SEEDS / CHUNK }, (_, n) => n * CHUNK + 1);
  it.each(chunks)(
    `finds no schedule that breaks a guarantee, ${CHUNK} seeds from %i on`,
    { timeout: 300_000 },
    async (from) => {
      let flips = 0;
      for (let seed = from; seed < from + CHUNK; seed++) {
        const { violation, flips: flipped } = await simulate(seed);
        if (violation) {
          throw new Error(`npm run sim -- --from ${seed} --seeds 1 --trace`, { cause: violation });
        }
        flips += flipped;
      }
      expect(flips).toBeGreaterThan(CHUNK / 2);
    },
  );
});
