import { chmod, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { AlreadyRunning } from "./cloud-errors.ts";
import { holdDirectory } from "./hold-directory.ts";

let root: string;
let directory: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "verdigris-hold-"));
  directory = join(root, "data", "cloud");
});

afterEach(() => rm(root, { recursive: true }));

it("a directory is made, and closed to other users even where it was open", async () => {
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o755);
  const held = await holdDirectory(directory);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  held.release();
});

it("of many that want a directory at once one gets it, and the others are told which", async () => {
  const wanted = Array.from({ length: 8 }, () => holdDirectory(directory));
  const outcomes = await Promise.allSettled(wanted);
  const got = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const told = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(got).toHaveLength(1);
  expect(told).toHaveLength(7);
  expect(told.every((error) => error instanceof AlreadyRunning)).toBe(true);
  await expect(holdDirectory(directory)).rejects.toMatchObject({ directory, pid: process.pid });
  got[0]?.release();
  (await holdDirectory(directory)).release();
});
