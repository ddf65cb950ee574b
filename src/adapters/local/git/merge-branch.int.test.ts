import { afterEach, beforeEach, expect, it } from "vitest";
import { writeStatus } from "./commit-status-ref.ts";
import { GitRepository } from "./git-repository.ts";
import { mergeBranch } from "./merge-branch.ts";
import { type ScratchRepository, scratchRepository } from "./scratch-repository.fixture.ts";

const author = { name: "Ada Lövelace", email: "ada@example.com" };
const settings = { author, commandId: "merge:1" };
const branch = "feature/ünï-#1 'x'".replaceAll(" ", "_");
let scratch: ScratchRepository;
let repository: GitRepository;

beforeEach(async () => {
  scratch = await scratchRepository();
  repository = new GitRepository(scratch.path);
});
afterEach(() => scratch.close());

/** `base` on master, `theirs` on the branch, then `ours` on master. */
async function diverge(theirs: Record<string, string>, ours: Record<string, string>) {
  const root = await scratch.commit({ branch: "master", files: { a: "1", b: "1" } });
  const tip = await scratch.commit({ branch, files: theirs, parents: [root] });
  const target = await scratch.commit({ branch: "master", files: ours, parents: [root] });
  return { root, tip, target };
}

function status(commit: string, state: "pending" | "passed" | "failed") {
  return writeStatus(scratch.git, commit, { state, run: 12, description: "" });
}

async function tipOf(name: string): Promise<string | undefined> {
  return (await repository.heads()).find((head) => head.branch === name)?.commit;
}

it("a branch that passed is merged as a commit with two parents", async () => {
  const { tip, target } = await diverge({ a: "2", b: "1" }, { a: "1", b: "2" });
  await status(tip, "passed");
  const outcome = await mergeBranch(scratch.path, branch, "master", settings);
  if (outcome.kind !== "merged") throw new Error(outcome.reason);
  expect(await tipOf("master")).toBe(outcome.commit);
  expect(await repository.commit(outcome.commit)).toEqual({
    sha: outcome.commit,
    author: settings.author,
    subject: `Merge branch '${branch}'`,
    parents: [target, tip],
  });
  expect(await repository.file(outcome.commit, "a")).toBe("2");
  expect(await repository.file(outcome.commit, "b")).toBe("2");
});

it("a branch ahead of master is merged with a merge commit too", async () => {
  const root = await scratch.commit({ branch: "master", files: { a: "1" } });
  const tip = await scratch.commit({ branch, files: { a: "2" }, parents: [root] });
  await status(tip, "passed");
  const outcome = await mergeBranch(scratch.path, branch, "master", settings);
  if (outcome.kind !== "merged") throw new Error(outcome.reason);
  expect((await repository.commit(outcome.commit))?.parents).toEqual([root, tip]);
});

it("where master does not exist yet it becomes the branch's commit", async () => {
  const tip = await scratch.commit({ branch, files: { a: "1" } });
  await status(tip, "passed");
  expect(await mergeBranch(scratch.path, branch, "master", settings)).toEqual({
    kind: "merged",
    commit: tip,
  });
  expect(await tipOf("master")).toBe(tip);
});

it("a branch that has not passed is not merged, and the reason tells its state", async () => {
  const { tip, target } = await diverge({ a: "2", b: "1" }, { a: "1", b: "2" });
  for (const [state, words] of [
    [undefined, "it has no run yet"],
    ["pending", "run 12 is not finished"],
    ["failed", "run 12 failed"],
  ] as const) {
    if (state) await status(tip, state);
    const outcome = await mergeBranch(scratch.path, branch, "master", settings);
    expect(outcome).toMatchObject({
      code: "not_passed",
      reason: expect.stringContaining(`commit ${tip.slice(0, 7)} of ${branch} has not`),
    });
    expect(outcome).toMatchObject({ reason: expect.stringContaining(words) });
  }
  expect(await tipOf("master")).toBe(target);
});

it("a merge that is repeated with its command id has its first outcome", async () => {
  const { tip, target } = await diverge({ a: "2", b: "1" }, { a: "1", b: "2" });
  await status(tip, "passed");
  const merge = (into: string, commandId: string) =>
    mergeBranch(scratch.path, branch, into, { author, commandId });
  const first = await merge("master", "merge:1");
  await scratch.commit({ branch: "master", files: { a: "9" }, parents: [target] });
  expect(await merge("master", "merge:1")).toEqual(first);
  const made = await merge("new", "merge:1");
  expect(made).toEqual({ kind: "merged", commit: tip });
  expect(await merge("new", "merge:1")).toEqual(made);
  expect(await merge("new", "merge:2")).toMatchObject({ code: "already_merged" });
});

it("conflicts are refused with the files", async () => {
  const { tip, target } = await diverge({ a: "2", b: "ü" }, { a: "3", b: "1" });
  await status(tip, "passed");
  expect(await mergeBranch(scratch.path, branch, "master", settings)).toEqual({
    kind: "refused",
    code: "conflicts",
    reason: expect.stringContaining(`both it and ${branch} changed a.`),
    files: ["a"],
  });
  expect(await tipOf("master")).toBe(target);
});

it("what is merged already, unknown or unrelated is refused", async () => {
  const { root, tip } = await diverge({ a: "2", b: "1" }, { a: "1", b: "2" });
  const merge = (name: string) => mergeBranch(scratch.path, name, "master", settings);
  await scratch.git.run(["update-ref", "refs/heads/old", root]);
  expect(await merge("old")).toMatchObject({ code: "already_merged" });
  const unknown = ["nobody", "-x", "", `${branch}~1`, "refs/heads/old", tip, "HEAD"];
  for (const name of unknown) expect(await merge(name)).toMatchObject({ code: "unknown_branch" });
  const stranger = await scratch.commit({ branch: "stranger", files: { c: "1" }, message: "x" });
  await status(stranger, "passed");
  expect(await merge("stranger")).toMatchObject({ code: "unrelated_history" });
});

it("merges at the same time all arrive, one on top of the other", async () => {
  const root = await scratch.commit({ branch: "master", files: { a: "1" } });
  const names = ["one", "two", "three"];
  for (const name of names) {
    const files = { a: "1", [name]: name };
    await status(await scratch.commit({ branch: name, files, parents: [root] }), "passed");
  }
  const merging = names.map((name) => mergeBranch(scratch.path, name, "master", settings));
  expect((await Promise.all(merging)).map(({ kind }) => kind)).toEqual(names.map(() => "merged"));
  const tip = (await tipOf("master")) ?? "";
  for (const name of names) expect(await repository.file(tip, name)).toBe(name);
});
