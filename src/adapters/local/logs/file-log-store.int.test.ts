import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { logStoreContract } from "../../../ports/log-store.contract.ts";
import { FileLogStore } from "./file-log-store.ts";

const log = { app: "rainbow", run: 12, job: "build" };

async function openStore() {
  const directory = await mkdtemp(join(tmpdir(), "verdigris-logs-"));
  const close = () => rm(directory, { recursive: true, force: true });
  return { directory, logs: new FileLogStore(join(directory, "logs")), close };
}

logStoreContract("FileLogStore", openStore);

describe("logs in files", () => {
  let opened: Awaited<ReturnType<typeof openStore>>;
  let directory: string;
  beforeEach(async () => {
    opened = await openStore();
    directory = opened.directory;
  });
  afterEach(() => opened.close());

  it("a person finds the log as a file", async () => {
    await opened.logs.append(log, ["one", "two"]);
    expect(opened.logs.locate(log)).toBe(join(directory, "logs/rainbow/12/build.log"));
    expect(await readFile(opened.logs.locate(log), "utf8")).toBe("one\ntwo\n");
    expect((await stat(opened.logs.locate(log))).mode & 0o777).toBe(0o600);
  });

  it("no name leads out of the store's folder", async () => {
    for (const name of ["..", ".", "", "../../x", "a/b", "\0", "x".repeat(80)]) {
      await opened.logs.append({ app: name, run: 1, job: name }, ["line"]);
    }
    expect(await readdir(directory)).toEqual(["logs"]);
    const apps = await readdir(join(directory, "logs"));
    expect(apps).toHaveLength(7);
    expect(() => opened.logs.locate({ ...log, run: Number.NaN })).toThrow(RangeError);
  });

  it("a line that a killed writer left half does not swallow the next one", async () => {
    await mkdir(dirname(opened.logs.locate(log)), { recursive: true });
    await writeFile(opened.logs.locate(log), "whole\nhal");
    expect(await opened.logs.read(log, 0, 10)).toEqual(["whole"]);
    await opened.logs.append(log, ["next"]);
    expect(await opened.logs.read(log, 1, 10)).toEqual(["hal", "next"]);
  });

  it("a line that is still being written is not read yet", async () => {
    await opened.logs.append(log, ["one"]);
    await appendFile(opened.logs.locate(log), "tw");
    expect(await opened.logs.read(log, 0, 10)).toEqual(["one"]);
    await appendFile(opened.logs.locate(log), "o\n");
    expect(await opened.logs.read(log, 1, 10)).toEqual(["two"]);
  });

  it("lines that cross the borders of chunks come back whole, from any line on", async () => {
    const lines = Array.from({ length: 400 }, (_, i) => `${i} ${"ü".repeat((i * 97) % 1_500)}`);
    await opened.logs.append(log, lines);
    expect(await opened.logs.read(log, 0, 1_000)).toEqual(lines);
    expect(await opened.logs.read(log, 123, 150)).toEqual(lines.slice(123, 273));
    expect(await opened.logs.read(log, 273, 5)).toEqual(lines.slice(273, 278));
    const other = new FileLogStore(join(directory, "logs"));
    expect(await other.read(log, 399, 5)).toEqual(lines.slice(399));
  });

  it("pruning keeps each app's newest runs", async () => {
    for (const run of [2, 9, 10, 100]) await opened.logs.append({ ...log, run }, ["line"]);
    await opened.logs.append({ ...log, app: "moon", run: 1 }, ["line"]);
    await opened.logs.prune(2);
    expect((await readdir(join(directory, "logs/rainbow"))).sort()).toEqual(["10", "100"]);
    expect(await readdir(join(directory, "logs/moon"))).toEqual(["1"]);
  });

  it("pruning a store that was never written to changes nothing", async () => {
    await opened.logs.prune(2);
    expect(await readdir(directory)).toEqual([]);
  });
});
