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

  it("name each value of what comes or goes as a whole", () => {
    const more = { production: { ttl: 60, steps: [10, 100] }, none: {} };
    expect(describeChanges(undefined, more)).toEqual([
      "production.ttl: (none) -> 60",
      "production.steps.0: (none) -> 10",
      "production.steps.1: (none) -> 100",
      "none: (none) -> {}",
    ]);
    expect(describeChanges({ test: { ttl: 60 } }, {})).toEqual(["test.ttl: 60 -> (none)"]);
    expect(describeChanges({ start: "a" }, { start: { command: "a" } })).toEqual([
      'start: "a" -> {"command":"a"}',
    ]);
  });

  it("are none for equal configurations", () => {
    expect(describeChanges({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([]);
  });
});
