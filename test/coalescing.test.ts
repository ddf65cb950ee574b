import { expect, it } from "vitest";
import { manyFlips } from "./support/many-flips.ts";

it("makes few changes of the flips that are asked for at once in one Route 53 zone", async () => {
  const coalesced = await manyFlips(150, "coalesced");
  const alone = await manyFlips(150, "alone");
  expect(coalesced).toMatchObject({ batches: 2, throttled: 0 });
  expect(alone).toMatchObject({ batches: 150, throttled: 0 });
  expect(coalesced.seconds).toBeLessThan(alone.seconds / 1.5);
});
