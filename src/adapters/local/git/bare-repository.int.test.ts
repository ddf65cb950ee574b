import { execFile } from "node:child_process";
import { mkdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openBareRepository, protectedBranchOf } from "./bare-repository.ts";
import { Git } from "./git.ts";
import { GitRepository } from "./git-repository.ts";
import { type ScratchRepository, scratchRepository } from "./scratch-repository.fixture.ts";

let scratch: ScratchRepository;
beforeEach(async () => {
  scratch = await scratchRepository();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await scratch.close();
});

it("opening a repository again keeps its commits, its settings and what a person added", async () => {
  const commit = await scratch.commit({ branch: "master", files: { a: "a" } });
  await scratch.git.run(["config", "--add", "transfer.hideRefs", "refs/secret"]);
  await openBareRepository(scratch.path, "master");
  const before = await readFile(join(scratch.path, "config"), "utf8");
  await openBareRepository(scratch.path, "master");
  expect(await readFile(join(scratch.path, "config"), "utf8")).toBe(before);
  expect(before.match(/hiderefs/gi)).toHaveLength(2);
  expect(await new GitRepository(scratch.path).heads()).toEqual([{ branch: "master", commit }]);
});

it("the protected branch can be another one, and change", async () => {
  expect(await protectedBranchOf(scratch.git)).toBe("master");
  await openBareRepository(scratch.path, "main");
  expect(await protectedBranchOf(scratch.git)).toBe("main");
  expect(await scratch.git.text(["symbolic-ref", "HEAD"])).toBe("refs/heads/main");
});

it("a name that can't be a branch's is refused before anything is made", async () => {
  const path = join(scratch.directory, "other.git");
  for (const name of ["", "a..b", "a b", "x.lock", "-x\n"]) {
    await expect(openBareRepository(path, name)).rejects.toThrow("can't be a branch's name");
  }
  await expect(stat(path)).rejects.toThrow("ENOENT");
});

it("settings and variables of the machine and the caller change nothing", async () => {
  const home = join(scratch.directory, "home");
  await mkdir(home);
  await writeFile(join(home, ".gitconfig"), "[init]\n\tdefaultObjectFormat = sha256\n[broken");
  vi.stubEnv("HOME", home);
  vi.stubEnv("GIT_DIR", home);
  vi.stubEnv("GIT_OBJECT_DIRECTORY", home);
  vi.stubEnv("GIT_DEFAULT_HASH", "sha256");
  const path = join(scratch.directory, "other.git");
  await openBareRepository(path, "master");
  expect(await new GitRepository(path).heads()).toEqual([]);
});

it("a repository that belongs to another user is read", async () => {
  const commit = await scratch.commit({ branch: "master", files: { a: "a" } });
  const another = { GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" };
  const found = promisify(execFile)("git", ["log"], {
    cwd: scratch.path,
    env: { ...process.env, ...another },
  });
  await expect(found).rejects.toThrow("dubious ownership");
  const repository = new GitRepository(new Git(scratch.path, another));
  expect(await repository.file(commit, "a")).toBe("a");
});

it("a lock that a killed git left is removed, one in use is not", async () => {
  const stale = join(scratch.path, "refs/heads/master.lock");
  const ofTheFuture = join(scratch.path, "refs/heads/topic.lock");
  const fresh = join(scratch.path, "refs/heads/feature.lock");
  await writeFile(stale, "");
  await writeFile(ofTheFuture, "");
  await writeFile(fresh, "");
  const longAgo = new Date(Date.now() - 3_600_000);
  await utimes(stale, longAgo, longAgo);
  const tomorrow = new Date(Date.now() + 86_400_000);
  await utimes(ofTheFuture, tomorrow, tomorrow);
  await openBareRepository(scratch.path, "master");
  await expect(stat(stale)).rejects.toThrow("ENOENT");
  await expect(stat(ofTheFuture)).rejects.toThrow("ENOENT");
  expect((await stat(fresh)).isFile()).toBe(true);
});

it("a lock that another git holds for a moment is waited for", async () => {
  const lock = join(scratch.path, "config.lock");
  await writeFile(lock, "");
  const opening = openBareRepository(scratch.path, "master");
  await pause(200);
  await rm(lock);
  await opening;
});

it("an error of git names the command, the repository and git's own words", async () => {
  const failing = scratch.git.run(["rev-parse", "--verify", "nothing"]);
  await expect(failing).rejects.toThrow(/git rev-parse in .*app\.git failed .*fatal: Needed/);
  vi.stubEnv("PATH", scratch.directory);
  await expect(new Git(scratch.path).run(["version"])).rejects.toThrow("git was not found");
});

it("output beyond the limit is an error", async () => {
  const text = "x".repeat(17 * 1024 * 1024);
  const commit = await scratch.commit({ branch: "master", files: { big: text } });
  await expect(new GitRepository(scratch.path).file(commit, "big")).rejects.toThrow("maxBuffer");
});
