import { describe, expect, it } from "vitest";
import { type Choosable, chooseTarget } from "./target-choice.ts";

interface Named extends Choosable {
  readonly id: string;
}

function member(id: string, more: Partial<Choosable> = {}): Named {
  return { id, healthy: true, open: 0, full: false, ...more };
}

function choice(members: readonly Named[], start = 0, tried: readonly string[] = []) {
  return chooseTarget(members, start, ({ id }) => tried.includes(id))?.id;
}

describe("the next request", () => {
  it("goes to the target with the fewest open ones", () => {
    expect(choice([member("a", { open: 2 }), member("b", { open: 1 })])).toBe("b");
  });

  it("goes in turn among equals", () => {
    const members = [member("a"), member("b"), member("c", { open: 1 })];
    expect([0, 1, 2].map((start) => choice(members, start))).toEqual(["a", "b", "a"]);
  });

  it("does not go to one that is not healthy while another is", () => {
    const members = [member("a", { healthy: false }), member("b", { healthy: undefined })];
    expect(choice([...members, member("c", { open: 9 })])).toBe("c");
  });

  it("goes to any when none is healthy", () => {
    const members = [member("a", { healthy: false, open: 1 }), member("b", { healthy: undefined })];
    expect(choice(members)).toBe("b");
  });

  it("goes where it has not been, however busy, and back only when there is no other", () => {
    const members = [member("a"), member("b", { open: 9 })];
    expect(choice(members, 0, ["a"])).toBe("b");
    expect(choice(members, 0, ["a", "b"])).toBe("a");
  });

  it("goes nowhere when all are full or there is none", () => {
    expect(choice([])).toBeUndefined();
    expect(choice([member("a", { full: true })])).toBeUndefined();
  });
});
