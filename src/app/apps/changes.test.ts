import { describe, expect, it } from "vitest";
import { describeChanges } from "./changes.ts";

describe("the changes of a configuration", () => {
  it("are a line for each value that differs, with where, from what and to what", () => {
    const before = { ttl: 60, flip: { steps: [100], drain: 120 }, gone: "yes" };
    const after = { ttl: 30, flip: { steps: [10, 100], drain: 120 }, come: true };
    expect(describeChanges(before, after)).toEqual([
      "ttl: 60 -> 30",
      "flip.steps.0: 100 -> 10",
      "flip.steps.1: (none) -> 100",
      'gone: "yes" -> (none)',
      "come: (none) -> true",
    ]);
  });

  it("are none for equal configurations", () => {
    expect(describeChanges({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([]);
  });
});
