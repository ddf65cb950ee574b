import { describe, expect, it } from "vitest";
import { type FieldsOf, flawIn } from "./shapes.ts";

interface Sample {
  readonly name: string;
  readonly count?: number;
  readonly parts: readonly { readonly isWhole: boolean }[];
  readonly labels: Readonly<Record<string, string>>;
  readonly place: { readonly street: string } | { readonly box: number };
}

const SAMPLE: FieldsOf<Sample> = {
  name: "text",
  "count?": "number",
  parts: { each: { fields: { isWhole: "flag" } } },
  labels: { values: "text" },
  place: { either: [{ fields: { street: "text" } }, { fields: { box: "number" } }] },
};

const RIGHT = { name: "a", parts: [{ isWhole: true }], labels: { b: "c" }, place: { box: 1 } };

describe("the flaw in a value", () => {
  it.each<[string, object]>([
    ["as it should be", RIGHT],
    ["with what may be absent", { ...RIGHT, count: 0 }],
    ["of the other choice", { ...RIGHT, place: { street: "d" } }],
    ["with nothing in its lists", { ...RIGHT, parts: [], labels: {} }],
    ["with fields of a later version", { ...RIGHT, mood: 1, parts: [{ isWhole: true, mood: 1 }] }],
  ])("%s is none", (_, value) => {
    expect(flawIn(SAMPLE, value)).toBeUndefined();
  });

  it.each<[object, string]>([
    [{ name: undefined }, "has no text in its field name"],
    [{ name: null }, "has no text in its field name"],
    [{ name: 1 }, "has no text in its field name"],
    [{ count: "1" }, "has no number in its field count"],
    [{ count: null }, "has no number in its field count"],
    [{ count: Number.NaN }, "has no number in its field count"],
    [{ parts: {} }, "has no list in its field parts"],
    [{ parts: [{ isWhole: true }, null] }, "has no record in its field parts.1"],
    [{ parts: [{ isWhole: true }, {}] }, "has no flag in its field parts.1.isWhole"],
    [{ labels: [] }, "has no record in its field labels"],
    [{ labels: { b: "c", d: 1 } }, "has no text in its field labels.d"],
    [{ place: {} }, "has nothing that fits in its field place"],
  ])("%j is named with its place", (change, flaw) => {
    expect(flawIn(SAMPLE, { ...RIGHT, ...change })).toBe(flaw);
  });

  it("is what an object has from its prototype, since a log has none", () => {
    const inherits = Object.create({ name: "a" });
    expect(flawIn({ name: "text" }, inherits)).toBe("has no text in its field name");
  });
});
