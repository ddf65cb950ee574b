import { describe, expect, it } from "vitest";
import { explore } from "../simulation/explore.ts";
import { mutated } from "../simulation/mutate.ts";
import { MUTATIONS } from "../simulation/mutations.ts";
import { PAIRS } from "../simulation/pairs.ts";

/** Seeds after which a search that finds nothing has missed what it is there for. */
const SEEDS = Number(process.env.SEEDS ?? 8000);

describe("the calls of two commands", () => {
  it.each(PAIRS)("keep every guarantee in every order: $name", async (pair) => {
    const { ends } = await explore(pair);
    expect(ends).toBeGreaterThan(10);
  });
});

describe("without one protection", () => {
  it.each(MUTATIONS)("the search finds the break: $name", async (mutation) => {
    const { simulate } = await mutated(mutation);
    let found: Error | undefined;
    const { from = 1 } = mutation;
    for (let seed = from; seed < from + SEEDS && !found; seed++) {
      found = (await simulate(seed)).violation;
    }
    expect(found?.name).toBe("Violation");
  });
});
