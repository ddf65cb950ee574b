import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readIfPresent, replaceFile } from "../../../machine/durable-file.ts";
import { steadyNow } from "../../../machine/steady-now.ts";
import { Git, GitError } from "./git.ts";
import { removeStaleLocks } from "./stale-locks.ts";

/** What git does under a lock takes milliseconds. */
const LOCKED_MS = 3_000;
const LOCK_PAUSE_MS = 50;

/**
 * Makes the folder an app's bare repository, or makes sure that it is one. It may be repeated, on
 * a repository that is in use too; settings that a person added are kept.
 *
 * @param protectedBranch Where a commit starts a release; HEAD points there.
 * @throws GitError when git is missing or too old, or the name is not a branch's name.
 */
export async function openBareRepository(path: string, protectedBranch: string): Promise<void> {
  const git = new Git(path);
  await requireVersion(git);
  await requireBranchName(git, protectedBranch);
  await mkdir(path, { recursive: true, mode: 0o700 });
  await mendHead(path, protectedBranch);
  await pastLocks(async () => {
    await git.run([
      "init",
      "--quiet",
      "--bare",
      "--template=",
      "--object-format=sha1",
      `--initial-branch=${protectedBranch}`,
    ]);
    await removeStaleLocks(path);
    await git.run(["symbolic-ref", "HEAD", `refs/heads/${protectedBranch}`]);
    await configure(git, protectedBranch);
  });
}

/** A git that an operator had started may outlive it for moments, and hold locks for which git itself doesn't wait. */
async function pastLocks(work: () => Promise<void>): Promise<void> {
  const deadline = steadyNow() + LOCKED_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const isLocked =
        error instanceof GitError && /could not lock|unable to create .*\.lock/i.test(error.stderr);
      if (!isLocked || steadyNow() > deadline) throw error;
      await pause(LOCK_PAUSE_MS);
    }
  }
}

/** Without a sound HEAD a folder is no repository to git; what it holds is known. */
async function mendHead(path: string, protectedBranch: string): Promise<void> {
  const file = join(path, "HEAD");
  const head = await readIfPresent(file);
  if (head === undefined || /^ref: refs\/heads\/\S+\n$/.test(head)) return;
  await replaceFile(file, `ref: refs/heads/${protectedBranch}\n`);
}

/** The branch that takes only what passed, as `openBareRepository` recorded it. */
export async function protectedBranchOf(git: Git): Promise<string> {
  return git.text(["config", "--local", "verdigris.branch"]);
}

/** `merge-tree --write-tree` came with git 2.38 (its release notes). */
async function requireVersion(git: Git): Promise<void> {
  const version = await git.text(["version"]);
  const [, major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  if (major > 2 || (major === 2 && minor >= 38)) return;
  throw new GitError(`git 2.38 or newer is needed; this is ${version}`, undefined, "");
}

async function requireBranchName(git: Git, branch: string): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const { exitCode } = await git.run(["check-ref-format", ref], { answers: [0, 1] });
  if (exitCode === 0) return;
  throw new GitError(`${JSON.stringify(branch)} can't be a branch's name`, undefined, "");
}

async function configure(git: Git, protectedBranch: string): Promise<void> {
  const settings: readonly (readonly [key: string, value: string])[] = [
    // An accepted push or status survives a power cut: objects and refs are synced.
    ["core.fsync", "committed"],
    ["core.filesreflocktimeout", "10000"],
    // Against a pusher's global core.hooksPath, which would leave out the hooks that guard.
    ["core.hookspath", "hooks"],
    ["receive.fsckobjects", "true"],
    // The hooks refuse both for the protected branch; other branches belong to their authors.
    ["receive.denydeletes", "false"],
    ["receive.denynonfastforwards", "false"],
    ["transfer.hiderefs", "refs/verdigris"],
    ["verdigris.branch", protectedBranch],
  ];
  const present = (await git.text(["config", "--local", "--list", "-z"])).split("\0");
  for (const [key, value] of settings) {
    if (present.includes(`${key}\n${value}`)) continue;
    const how = key === "transfer.hiderefs" ? "--add" : "--replace-all";
    await git.run(["config", "--local", how, key, value]);
  }
}
