import { expect, it } from "vitest";
import { fairShares } from "./log-reader.ts";

it("everyone gets what they want while there is enough", () => {
  expect(fairShares([3, 0, 5], 10)).toEqual([3, 0, 5]);
});

it("the modest get all, the greedy share the rest", () => {
  expect(fairShares([100, 2, 100], 10)).toEqual([4, 2, 4]);
});

it("no more is dealt out than there is", () => {
  expect(fairShares([9, 9, 9], 10).reduce((a, b) => a + b)).toBe(10);
  expect(fairShares([9, 9], 0)).toEqual([0, 0]);
});
