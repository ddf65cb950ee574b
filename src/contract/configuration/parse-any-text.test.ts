import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { AWS_EXAMPLE } from "./aws-example.ts";
import { parseConfiguration } from "./parse.ts";
import { resolveConfiguration } from "./resolve.ts";

const RAINBOW = readFileSync(
  new URL("../../../examples/rainbow/verdigris.yaml", import.meta.url),
  "utf8",
);

const scrap = fc.oneof(
  fc.constantFrom(
    "*",
    "&a ",
    "*a",
    "? ",
    "- ",
    "[",
    "}",
    "---\n",
    "\t",
    "\n",
    ": ",
    "|",
    "!!set ",
    "%YAML 1.1\n---\n",
  ),
  fc.constantFrom(
    "__proto__",
    "toString",
    "constructor",
    "<<: ",
    "null",
    "~",
    "1e999",
    "0x10",
    "60s",
    "single",
  ),
  fc.string({ unit: "binary", maxLength: 4 }),
);

/** A valid file with a few stretches of it replaced by scraps. */
const mutated = fc
  .tuple(
    fc.constantFrom(RAINBOW, AWS_EXAMPLE),
    fc.array(fc.tuple(fc.nat(2_000), fc.nat(12), scrap), { minLength: 1, maxLength: 4 }),
  )
  .map(([text, edits]) =>
    edits.reduce((now, [from, length, put]) => {
      const at = from % (now.length + 1);
      return now.slice(0, at) + put + now.slice(at + length);
    }, text),
  );

const deep = fc
  .tuple(fc.constantFrom("[", "{a: ", "- ", "? ", "a:\n "), fc.integer({ min: 100, max: 4_000 }))
  .map(([piece, times]) => piece.repeat(times));

async function expectUseful(text: string) {
  const parsed = parseConfiguration(text, { file: "verdigris.yaml" });
  if (parsed.ok) {
    const resolved = await resolveConfiguration(parsed, {
      runtime: "process",
      find: () => ({ runtime: "process", address: "127.0.1.1", port: 8080 }),
    });
    const complaints = resolved.ok ? [] : resolved.problems.map(({ path }) => path);
    expect(complaints.filter((path) => !path.endsWith(".runtime"))).toEqual([]);
    return;
  }
  expect(parsed.problems.length).toBeGreaterThan(0);
  const lines = text.split("\n").length;
  const useless = parsed.problems.filter(
    ({ line, column, message }) =>
      line < 1 || line > lines || column < 1 || message === "" || message.includes("\n"),
  );
  expect(useless).toEqual([]);
}

test("whatever the text, the answer is a configuration the domain finds no fault with, or problems inside the text", async () => {
  await fc.assert(fc.asyncProperty(mutated, expectUseful), { numRuns: 100 });
});

test("arbitrary and deeply nested texts give problems, not a crash", async () => {
  const texts = fc.oneof(deep, fc.string({ unit: "binary" }));
  await fc.assert(fc.asyncProperty(texts, expectUseful));
});
