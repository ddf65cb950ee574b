import { describe, expect, it } from "vitest";
import { explore } from "./explore.ts";
import { mutated } from "./mutate.ts";
import { MUTATIONS } from "./mutations.ts";
import { PAIRS } from "./pairs.ts";

/** Those that take seconds; `npm run test:force` goes through all. */
const QUICK = ["approve and deploy", "flip and deploy"];

describe("every order of the calls, and every death between them", () => {
  const quick = PAIRS.filter(({ name }) => QUICK.includes(name));

  it.each(quick)("keeps every guarantee in $name", { timeout: 300_000 }, async (pair) => {
    const { states, ends } = await explore(pair);
    expect(states).toBeGreaterThan(100);
    expect(ends).toBeGreaterThan(10);
  });

  it("is searched by what finds a missing protection", { timeout: 300_000 }, async () => {
    const [mutation] = MUTATIONS.filter(({ name }) => name === "decide-then-apply");
    const pair = quick.find(({ name }) => name === "flip and deploy");
    if (!mutation || !pair) throw new Error("there is nothing to try");
    const search = await mutated(mutation);
    await expect(search.explore(pair)).rejects.toThrow("come so:");
  });
});
