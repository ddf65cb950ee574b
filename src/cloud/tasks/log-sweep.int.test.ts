import { closeSync, openSync, writeSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sweepLogs } from "./log-sweep.ts";
import { deployment, SERVICE, serving } from "./record.fixture.ts";
import { TaskLogs } from "./task-logs.ts";

const limits = { bytes: 10, rotated: 2, goneTasks: 1, goneDeployments: 1 };
const record = serving(deployment("first", { tasks: 1 }));

let folder: string;
let logs: TaskLogs;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "verdigris-task-logs-"));
  logs = new TaskLogs(folder);
  for (const task of record.tasks) file = await logs.prepare(SERVICE, task);
});

afterEach(() => rm(folder, { recursive: true }));

it("a file that is too large is rotated while its task writes to it, and two older ones are kept", async () => {
  const descriptor = openSync(file, "a");
  try {
    for (const text of ["first\n", "second\n", "third\n", "fourth\n"]) {
      writeSync(descriptor, text);
      await sweepLogs(logs, record, limits);
    }
    writeSync(descriptor, "last\n");
  } finally {
    closeSync(descriptor);
  }
  expect(await readFile(file, "utf8")).toBe("last\n");
  expect(await readFile(`${file}.1`, "utf8")).toBe("rd\nfourth\n");
  expect(await readFile(`${file}.2`, "utf8")).toBe("st\nsecond\n");
  expect((await readdir(dirname(file))).sort()).toEqual([
    "blue-1.log",
    "blue-1.log.1",
    "blue-1.log.2",
  ]);
});

it("of a file that has grown far too large, its end is kept", async () => {
  await writeFile(file, `${"x".repeat(1_000_000)}the end`);
  await sweepLogs(logs, record, limits);
  expect(await readFile(`${file}.1`, "utf8")).toBe("xxxthe end");
  expect(await readFile(file, "utf8")).toBe("");
});

it("no more than two rotated files are kept", async () => {
  for (const text of ["oldest", "older", "old", "new"]) {
    await writeFile(file, text.padStart(20));
    await sweepLogs(logs, record, limits);
  }
  expect((await readFile(`${file}.1`, "utf8")).trim()).toBe("new");
  expect((await readFile(`${file}.2`, "utf8")).trim()).toBe("old");
  expect(await readdir(dirname(file))).toHaveLength(3);
});

it("of tasks and deployments that are gone the newest are kept", async () => {
  await writeFile(file, "");
  for (const [i, name] of ["blue-7.log", "blue-8.log"].entries()) {
    const gone = join(dirname(file), name);
    await writeFile(gone, "");
    await utimes(gone, i + 1, i + 1);
  }
  for (const [i, id] of ["old", "older"].entries()) {
    const gone = logs.deploymentFolder(SERVICE, id, 0);
    await mkdir(gone);
    await utimes(gone, 10 - i, 10 - i);
  }
  await sweepLogs(logs, record, limits);
  expect((await readdir(dirname(file))).sort()).toEqual(["blue-1.log", "blue-8.log"]);
  expect((await readdir(logs.serviceFolder(SERVICE))).sort()).toEqual(["0-old", "1-first"]);
});
