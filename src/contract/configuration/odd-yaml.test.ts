import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { AWS_EXAMPLE } from "./aws-example.ts";
import { parseConfiguration } from "./parse.ts";

const RAINBOW = readFileSync(
  new URL("../../../examples/rainbow/verdigris.yaml", import.meta.url),
  "utf8",
);

type Edit = (lines: readonly string[], at: number) => readonly string[];

const onLine =
  (change: (line: string) => string): Edit =>
  (lines, at) =>
    lines.with(at, change(lines[at] ?? ""));
const value = (put: string) => onLine((line) => line.replace(/: .*|:$/, `: ${put}`));
const key = (put: string) => onLine((line) => line.replace(/[\w-]+(?=:)/, put));

/** What editors, merges, generators and people do to a file. */
const EDITS: readonly Edit[] = [
  (lines, at) => lines.toSpliced(at, 1),
  (lines, at) => lines.toSpliced(at, 0, lines[at] ?? ""),
  (lines, at) => lines.toSpliced(at, 0, "---"),
  (lines, at) => lines.toSpliced(at, 0, "...", "---", "app: second"),
  (lines, at) => lines.toSpliced(at, 0, "<<<<<<< HEAD", "=======", ">>>>>>> topic"),
  (lines, at) => [...lines.slice(at), ...lines.slice(0, at)],
  ...[
    "~",
    "[]",
    "{}",
    "!!binary aGk=",
    "!!set {a}",
    "!local x",
    "&a [*a]",
    "*missing",
    "|",
    ">-",
  ].map(value),
  ...["1e999", "0o17", "0x10", "-0", "2026-01-01", "yes", "'", '"\\x"', "\u202e60s", "６０s"].map(
    value,
  ),
  ...["x".repeat(20_000), `[${"[],".repeat(3_000)}]`, "{a: &b 1, b: *b, <<: *b}"].map(value),
  ...["App", "арр", "app\u200b", "<<", "? x", "'app'", "__proto__", "toString", "null"].map(key),
  onLine((line) => `\t${line}`),
  onLine((line) => ` ${line}`),
  onLine((line) => `${line}\r`),
  onLine((line) => `${line} # ${"x".repeat(5_000)}`),
  onLine((line) => line.replace(" ", "\u00a0")),
  onLine((line) => `\ufeff${line}`),
  onLine((line) => `${line}\u2028`),
  onLine((line) => `${line}\u0000`),
  onLine((line) => line.replace(/: (.*)/, ": &x $1")),
];

const WHOLE: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `\ufeff${text}`,
  (text) => text.replaceAll("\n", "\r\n"),
  (text) => text.replaceAll("\n", "\r"),
  (text) => text.replace(/\n$/, ""),
  (text) => `%YAML 1.1\n---\n${text}`,
  (text) => `a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\n${text}`,
];

const odd = fc
  .tuple(
    fc.constantFrom(RAINBOW, AWS_EXAMPLE),
    fc.array(fc.tuple(fc.constantFrom(...EDITS), fc.nat(100)), { maxLength: 3 }),
    fc.constantFrom(...WHOLE),
  )
  .map(([text, edits, whole]) => {
    const lines: readonly string[] = text.split("\n");
    const edited = edits.reduce((now, [edit, at]) => edit(now, at % now.length), lines);
    return whole(edited.join("\n"));
  });

/** The long suite makes it thousands: `FUZZ_ROUNDS=100 npx vitest run --project unit odd-yaml`. */
const rounds = Number(process.env.FUZZ_ROUNDS ?? 1);

test("an edited file is a configuration, or has problems at lines and columns that it has", () => {
  const property = fc.property(odd, (text) => {
    const parsed = parseConfiguration(text, { file: "verdigris.yaml" });
    if (parsed.ok) return;
    expect(parsed.problems.length).toBeGreaterThan(0);
    const lines = text.split("\n");
    for (const { line, column, message } of parsed.problems) {
      expect([message, line, lines.length]).toSatisfy(() => line >= 1 && line <= lines.length);
      expect([message, line, column]).toSatisfy(
        () => column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1,
      );
      expect(message).not.toMatch(/^$|\n/);
    }
  });
  fc.assert(property, { numRuns: 60 * rounds, seed: rounds });
}, 600_000);
