import { describe, expect, it } from "vitest";
import { KnownRevisions } from "./known-revisions.ts";

describe("KnownRevisions", () => {
  it("knows every revision up to the highest one noted", () => {
    const known = new KnownRevisions(10);
    known.note("env#a/test", 3);
    known.note("env#a/test", 2);
    expect([1, 3, 4].map((revision) => known.has("env#a/test", revision))).toEqual([
      true,
      true,
      false,
    ]);
    expect(known.has("env#b/test", 1)).toBe(false);
  });

  it("forgets the log noted longest ago when there are too many", () => {
    const known = new KnownRevisions(2);
    for (const stream of ["env#a/x", "env#b/x", "env#a/x", "env#c/x"]) known.note(stream, 1);
    expect(["env#a/x", "env#b/x", "env#c/x"].map((stream) => known.has(stream, 1))).toEqual([
      true,
      false,
      true,
    ]);
  });
});
