import { describe, expect, it } from "vitest";
import { explore } from "./explore.ts";
import { mutated } from "./mutate.ts";
import { MUTATIONS } from "./mutations.ts";
import { PAIRS, type Pair } from "./pairs.ts";

describe("every order of the calls, and every death between them", () => {
  /** The gate goes through all (`npm run sim -- --pairs`), which takes minutes. */
  it("keeps every guarantee in 'approve and deploy'", { timeout: 300_000 }, async () => {
    const { states, ends } = await explore(pairOf("approve and deploy"));
    expect(states).toBeGreaterThan(100);
    expect(ends).toBeGreaterThan(10);
  });

  it("is searched by what finds a missing protection", { timeout: 300_000 }, async () => {
    const mutation = MUTATIONS.find(({ name }) => name === "decide-then-apply");
    if (!mutation) throw new Error("there is nothing to try");
    const search = await mutated(mutation);
    await expect(search.explore(pairOf("flip and deploy"))).rejects.toThrow("come so:");
  });
});

function pairOf(wanted: string): Pair {
  const pair = PAIRS.find(({ name }) => name === wanted);
  if (!pair) throw new Error(`there is no pair ${wanted}`);
  return pair;
}
