import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { BoundedLog } from "./bounded-log.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "verdigris-log-"));
  file = join(folder, "operator.log");
});
afterEach(() => rmSync(folder, { recursive: true }));

const contents = () =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );

it("a log goes on in a new file when it is full, and the oldest is dropped", () => {
  const log = new BoundedLog(file, { bytes: 8, kept: 2 });
  for (const line of ["one\n", "two\n", "three\n", "four\n", "five\n"]) log.write(line);
  expect(contents()).toEqual({
    "operator.log": "five\n",
    "operator.log.1": "four\n",
    "operator.log.2": "three\n",
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it("a line that is larger than a file may be is written whole", () => {
  const log = new BoundedLog(file, { bytes: 8, kept: 2 });
  log.write("much too long\n");
  log.write("short\n");
  expect(contents()).toEqual({ "operator.log": "short\n", "operator.log.1": "much too long\n" });
});

it("a file that somebody renames is begun anew", () => {
  const log = new BoundedLog(file, { bytes: 8, kept: 2 });
  log.write("one\n");
  renameSync(file, `${file}.old`);
  log.write("two\n");
  expect(contents()).toEqual({ "operator.log": "two\n", "operator.log.old": "one\n" });
});
