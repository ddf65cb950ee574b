import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lastLogLines } from "./log-reader.ts";
import { tailOf } from "./log-tail.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "verdigris-task-logs-"));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, lines: readonly string[], at = 0): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, lines.map((line) => `${line}\n`).join(""));
  await utimes(file, at, at);
  return file;
}

const numbered = (count: number, width = 0) =>
  Array.from({ length: count }, (_, i) => `line ${i} ${"é".repeat(width)}`);

describe("the tail of a file", () => {
  it("is its last lines, oldest first, across blocks and characters of several bytes", async () => {
    const lines = numbered(2_000, 100);
    const file = await write("a.log", lines);
    expect(await tailOf(file, 900)).toEqual(lines.slice(-900));
    expect(await tailOf(file, 0)).toEqual([]);
  });

  it("is the whole of a short file, with a last line that isn't ended", async () => {
    const file = join(folder, "a.log");
    await writeFile(file, "one\ntwo");
    expect(await tailOf(file, 10)).toEqual(["one", "two"]);
  });

  it("begins behind the bytes that don't count, unless the file was cut since", async () => {
    const file = await write("a.log", ["before", "after"]);
    expect(await tailOf(file, 10, "before\n".length)).toEqual(["after"]);
    expect(await tailOf(file, 10, 1_000)).toEqual(["before", "after"]);
  });

  it("of a huge file is read no further than a mebibyte from the end", async () => {
    const lines = numbered(20_000, 50);
    const file = await write("a.log", lines);
    const tail = await tailOf(file, 100_000);
    expect(tail.length).toBeLessThan(10_500);
    expect(tail.slice(1)).toEqual(lines.slice(1 - tail.length));
  });

  it("of a file that isn't there is empty", async () => {
    expect(await tailOf(join(folder, "none.log"), 5)).toEqual([]);
  });
});

describe("the last lines of several tasks", () => {
  it("come task by task, the one that wrote last at the end", async () => {
    await write("blue-1.log", ["newer"], 200);
    await write("blue-2.log", ["older"], 100);
    expect(await lastLogLines([folder], 10)).toEqual(["older", "newer"]);
  });

  it("go back into rotated files as far as needed", async () => {
    await write("blue-1.log.2", ["one", "two"]);
    await write("blue-1.log.1", ["three"]);
    await write("blue-1.log", ["four"]);
    expect(await lastLogLines([folder], 3)).toEqual(["two", "three", "four"]);
  });

  it("hold some of each, however much one of them writes", async () => {
    await write("blue-1.log", ["quiet"], 100);
    await write("blue-2.log", numbered(500), 200);
    const lines = await lastLogLines([folder, join(folder, "none")], 10);
    expect(lines).toEqual(["quiet", ...numbered(500).slice(-9)]);
  });
});
