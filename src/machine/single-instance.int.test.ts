import { spawn } from "node:child_process";
import { mkdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AlreadyHeld, holderOf, holdInstance, LockUnusable } from "./single-instance.ts";

/** Holds the lock as `holdInstance` does, says so, and stays. */
const HOLDER = `
const Database = require(process.argv[1]);
const lock = new Database(process.argv[2], { timeout: 0 });
lock.exec("PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE");
console.log("held");
setInterval(() => lock, 1000);
`;

describe("a lock", () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "verdigris-lock-"));
    path = join(folder, "operator.lock");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("is held by one at a time, and tells by whom", () => {
    const first = holdInstance(path);
    expect(() => holdInstance(path)).toThrow(AlreadyHeld);
    expect(holderOf(path)).toBe(process.pid);
    first.release();
    holdInstance(path).release();
  });

  it("that is damaged, or whose holder can't be noted, is named with the way out", () => {
    writeFileSync(path, "not a database".repeat(100));
    expect(() => holdInstance(path)).toThrow(LockUnusable);
    expect(() => holdInstance(path)).toThrow(`${path} can't be used: file is not a database`);
    rmSync(path);
    mkdirSync(`${path}.pid`);
    expect(() => holdInstance(path)).toThrow(LockUnusable);
    rmdirSync(`${path}.pid`);
    holdInstance(path).release();
  });

  it("of a process that was killed is free again", async () => {
    const libsql = createRequire(import.meta.url).resolve("libsql");
    const holder = spawn(process.execPath, ["-e", HOLDER, libsql, path]);
    await new Promise((resolve) => holder.stdout.once("data", resolve));
    expect(() => holdInstance(path)).toThrow(AlreadyHeld);
    const gone = new Promise((resolve) => holder.once("exit", resolve));
    holder.kill("SIGKILL");
    await gone;
    holdInstance(path).release();
  });
});
