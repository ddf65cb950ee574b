import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "rolldown";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { writeStatus } from "./commit-status-ref.ts";
import { Git } from "./git.ts";
import { GitRepository } from "./git-repository.ts";
import { installHooks } from "./hooks.ts";
import { preReceive } from "./receive.ts";
import { type ScratchRepository, scratchRepository } from "./scratch-repository.fixture.ts";

let tools: string;
let program: string;
let scratch: ScratchRepository;
let work: string;

beforeAll(async () => {
  tools = await mkdtemp(join(tmpdir(), "verdigris-it's hooks "));
  program = join(tools, "program.mjs");
  await build({
    input: join(import.meta.dirname, "hook-program.fixture.ts"),
    platform: "node",
    logLevel: "silent",
    output: { file: program, format: "esm" },
  });
});
afterAll(() => rm(tools, { recursive: true, force: true }));

beforeEach(async () => {
  scratch = await scratchRepository();
  await installHooks(scratch.path, { command: [process.execPath, program] });
  work = join(scratch.directory, "work");
  await mkdir(work);
  await dev("init", "--quiet", "--initial-branch=master");
  await dev("remote", "add", "origin", scratch.path);
});
afterEach(() => scratch.close());

/** Git as the developer has it, in the developer's clone. */
async function dev(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("git", args, { cwd: work, env: devEnvironment() });
  return stdout.trim();
}

function devEnvironment(): NodeJS.ProcessEnv {
  const who = { NAME: "Dev", EMAIL: "dev@example.com" };
  return {
    PATH: process.env.PATH,
    HOME: scratch.directory,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: who.NAME,
    GIT_AUTHOR_EMAIL: who.EMAIL,
    GIT_COMMITTER_NAME: who.NAME,
    GIT_COMMITTER_EMAIL: who.EMAIL,
  };
}

/** What the pusher reads, when the push is refused. */
async function refusedPush(...args: string[]): Promise<string> {
  try {
    await dev("push", "origin", ...args);
  } catch (error) {
    return (error as { stderr: string }).stderr;
  }
  throw new Error("the push was accepted");
}

async function commit(path: string, text: string): Promise<string> {
  await writeFile(join(work, path), text);
  await dev("add", "--all");
  await dev("commit", "--quiet", "--message", `${path} is ${text}`);
  return dev("rev-parse", "HEAD");
}

function status(sha: string, state: "pending" | "passed" | "failed") {
  return writeStatus(scratch.git, sha, { state, run: 12, description: "" });
}

async function serverHeads(): Promise<Record<string, string>> {
  const heads = await new GitRepository(scratch.path).heads();
  return Object.fromEntries(heads.map((head) => [head.branch, head.commit]));
}

/** master on both sides, and a passed branch `feature` whose tip is checked out. */
async function withFeature() {
  const root = await commit("a", "1");
  await status(root, "passed");
  await dev("push", "--quiet", "origin", "master");
  await dev("switch", "--quiet", "--create", "feature");
  const tip = await commit("b", "1");
  await status(tip, "passed");
  return { root, tip };
}

it("a commit without a run does not reach master, and the pusher reads why and what to do", async () => {
  const tip = await commit("a", "1");
  const stderr = await refusedPush("master");
  expect(stderr).toContain(`remote: master was not changed: commit ${tip.slice(0, 7)} has not`);
  expect(stderr).toContain("remote:   git push <remote> HEAD:refs/heads/my-branch");
  expect(stderr).toContain("remote:   verdigris merge my-branch");
  expect(await serverHeads()).toEqual({});
  await status(tip, "failed");
  expect(await refusedPush("master")).toContain("run 12 failed");
});

it("a commit that passed reaches master, the first one too, and the operator learns of it", async () => {
  const tip = await commit("a", "1");
  await dev("push", "--quiet", "origin", "HEAD:refs/heads/feature");
  await status(tip, "passed");
  await dev("push", "--quiet", "origin", "master");
  expect(await serverHeads()).toEqual({ feature: tip, master: tip });
  const received: unknown = JSON.parse(await readFile(join(scratch.path, "received.json"), "utf8"));
  expect(received).toEqual([{ branch: "master", commit: tip }]);
});

it("a merge of a branch that passed reaches master, though the merge itself has no run", async () => {
  await withFeature();
  await dev("switch", "--quiet", "master");
  await dev("merge", "--quiet", "--no-ff", "--no-edit", "feature");
  await dev("push", "--quiet", "origin", "master");
  expect((await serverHeads()).master).toBe(await dev("rev-parse", "master"));
});

it("a merge that was changed by hand does not reach master", async () => {
  const { root, tip } = await withFeature();
  await dev("switch", "--quiet", "master");
  await dev("merge", "--quiet", "--no-ff", "--no-commit", "feature");
  await commit("c", "smuggled");
  const stderr = await refusedPush("master");
  expect(stderr).toContain("holds more than the merge of");
  expect(stderr).toContain(`remote: ${tip.slice(0, 7)}: no run has seen`);
  expect((await serverHeads()).master).toBe(root);
});

it("a merge of a branch whose run goes on does not reach master", async () => {
  const { root, tip } = await withFeature();
  await status(tip, "pending");
  await dev("switch", "--quiet", "master");
  await dev("merge", "--quiet", "--no-ff", "--no-edit", "feature");
  expect(await refusedPush("master")).toContain(`${tip.slice(0, 7)} has not passed CI: run 12 is`);
  expect((await serverHeads()).master).toBe(root);
});

it("master can be neither deleted nor forced back, even to a commit that passed", async () => {
  const { root, tip } = await withFeature();
  await dev("push", "--quiet", "origin", "feature:master");
  expect(await refusedPush("--delete", "master")).toContain("remote: master was not deleted");
  const forced = await refusedPush("--force", `${root}:refs/heads/master`);
  expect(forced).toContain("remote: master was not changed: a forced push");
  expect((await serverHeads()).master).toBe(tip);
});

it("other branches and tags come, move by force and go, whatever they are called", async () => {
  const name = "feature/ünï-#1'\"$(x)";
  const first = await commit("a", "1");
  await dev("tag", "v1");
  await dev("push", "--quiet", "origin", `HEAD:refs/heads/${name}`, "v1");
  expect(await serverHeads()).toEqual({ [name]: first });
  await dev("commit", "--quiet", "--amend", "--message", "other");
  const second = await dev("rev-parse", "HEAD");
  await dev("push", "--quiet", "--force", "origin", `HEAD:refs/heads/${name}`);
  expect(await serverHeads()).toEqual({ [name]: second });
  await dev("push", "--quiet", "origin", "--delete", name);
  expect(await serverHeads()).toEqual({});
});

it("a push is taken whole or not at all", async () => {
  await commit("a", "1");
  const stderr = await refusedPush("master", "HEAD:refs/heads/feature");
  expect(stderr).toContain("remote: master was not changed");
  expect(await serverHeads()).toEqual({});
});

it("statuses can be neither pushed nor seen, and no other ref can be made", async () => {
  const { tip } = await withFeature();
  expect(await dev("ls-remote", "origin")).not.toContain("verdigris");
  const blob = await dev("hash-object", "-w", "a");
  const status = `refs/verdigris/status/${"c".repeat(40)}`;
  expect(await refusedPush(`${blob}:${status}`)).toContain("hidden ref");
  expect(await refusedPush(`HEAD:refs/replace/${tip}`)).toContain("only branches and tags");
});

it("the pusher's own settings do not lead around the hooks", async () => {
  const elsewhere = join(scratch.directory, "elsewhere");
  await mkdir(elsewhere);
  await dev("config", "--global", "core.hooksPath", elsewhere);
  await commit("a", "1");
  expect(await refusedPush("master")).toContain("remote: master was not changed");
});

it("a push is refused when it can't be judged", async () => {
  const tip = await commit("a", "1");
  await scratch.git.run(["config", "--unset", "verdigris.branch"]);
  expect(await refusedPush("HEAD:refs/heads/x")).toContain("the push could not be judged");
  await scratch.git.run(["config", "verdigris.branch", "master"]);
  await scratch.git.run(["update-ref", `refs/verdigris/status/${tip}`, await aBlob("nonsense")]);
  expect(await refusedPush("master")).toContain("the push could not be judged");
  await installHooks(scratch.path, { command: [join(scratch.directory, "gone")] });
  expect(await refusedPush("HEAD:refs/heads/x")).toContain("pre-receive hook declined");
  expect(await serverHeads()).toEqual({});
});

function aBlob(text: string): Promise<string> {
  return scratch.git.text(["hash-object", "-w", "--stdin"], { stdin: text });
}

it("hooks can be installed again, and are executable whatever was there before", async () => {
  const hook = join(scratch.path, "hooks/pre-receive");
  await writeFile(hook, "#!/bin/sh\nexit 0\n");
  await chmod(hook, 0o600);
  await installHooks(scratch.path, { command: ["/bin/it's", "-x"] });
  expect(await readFile(hook, "utf8")).toBe(
    "#!/bin/sh\nexec '/bin/it'\\''s' '-x' 'git-hook' 'pre-receive'\n",
  );
  expect((await stat(hook)).mode & 0o100).toBe(0o100);
});

it("commits in quarantine are judged, and only with the hook's own variables", async () => {
  const { root, tip } = await withFeature();
  const [quarantine, alternates] = [join(work, ".git/objects"), join(scratch.path, "objects")];
  const line = `${root} ${tip} refs/heads/master`;
  expect(await preReceive(scratch.path, [line], {})).toMatchObject({ accept: false });
  const environment = {
    GIT_QUARANTINE_PATH: quarantine,
    GIT_OBJECT_DIRECTORY: quarantine,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: alternates,
    GIT_DIR: "/nowhere",
  };
  expect(await preReceive(scratch.path, [line], environment)).toEqual({ accept: true, lines: [] });
  expect(await preReceive(scratch.path, ["nonsense"], environment)).toMatchObject({
    accept: false,
  });
  await expect(new Git(scratch.path).run(["cat-file", "-e", tip])).rejects.toThrow();
});
