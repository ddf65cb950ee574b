import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { block, blockItem, item, scalar, under } from "./yaml-lines.ts";

const read = (lines: readonly string[]) => parse(lines.join("\n"), { version: "1.2" });

test("a scalar is read as the text that it was", () => {
  for (const text of [
    "production",
    "true",
    "Yes",
    "null",
    "12",
    "1e5",
    "a: b",
    "#",
    "-",
    "",
    "é",
  ]) {
    expect(read([`key: ${scalar(text)}`])).toEqual({ key: text });
    expect(parse(`key: ${scalar(text)}`, { version: "1.1" })).toEqual({ key: text });
  }
  expect(scalar("eu-west-1")).toBe("eu-west-1");
});

test("a block is read as the text that it was, but for its ends", () => {
  const text = fc.string({ unit: fc.constantFrom(..." \t\n:#-'\"{}|>&*!%@`\\a\r\u0007\u2028é") });
  fc.assert(
    fc.property(text, (written) => {
      const kept = written.trim();
      if (kept === "") return;
      expect(String(read(under("top", block("run", written))).top.run).trimEnd()).toBe(kept);
      expect(String(read(under("top", blockItem(written))).top[0]).trimEnd()).toBe(kept);
    }),
  );
});

test("items hold maps, and maps hold items", () => {
  const lines = under("steps", item("name: a", under("with", "x: 1")), item("b"));
  expect(read(lines)).toEqual({ steps: [{ name: "a", with: { x: 1 } }, "b"] });
});
