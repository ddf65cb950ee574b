import { isProtected, judgePush, type NewTip, type Push } from "../../../domain/merge-policy.ts";
import type { CommitStatus } from "../../../ports/commit-statuses.ts";
import type { Head } from "../../../ports/repository.ts";
import { protectedBranchOf } from "./bare-repository.ts";
import { readStatus } from "./commit-status-ref.ts";
import { Git } from "./git.ts";
import { GitRepository } from "./git-repository.ts";
import { isAncestor, mergeTrees, shareHistory } from "./merge.ts";

export interface HookAnswer {
  readonly accept: boolean;
  /** To print on stderr: git shows them to the pusher behind `remote: `. */
  readonly lines: readonly string[];
}

/**
 * Judges a push, whole or not at all, with nothing but the bare repository at hand. Whatever goes
 * wrong refuses it.
 *
 * @param input What git feeds the hook: `<old> <new> <ref>` a line (githooks(5), "pre-receive").
 * @param environment Of the hook's process: what was pushed waits in quarantine, where only
 *   git commands with the same variables see it (git-receive-pack(1), "QUARANTINE ENVIRONMENT").
 */
export async function preReceive(
  repository: string,
  input: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<HookAnswer> {
  try {
    const git = new Git(repository, quarantineOf(environment));
    const protectedBranch = await protectedBranchOf(git);
    const lines: string[] = [];
    for (const update of input.map(parseUpdate)) {
      const reason = await refusalOf(git, update, protectedBranch);
      if (reason !== undefined) lines.push(...reason.split("\n"));
    }
    return { accept: lines.length === 0, lines };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      accept: false,
      lines: ["Nothing was changed: the push could not be judged.", ...why.split("\n")],
    };
  }
}

/** The branches that a push created or moved, and where they point now. */
export function postReceive(input: readonly string[]): readonly Head[] {
  return input
    .map(parseUpdate)
    .flatMap(({ ref, newTip }) =>
      newTip !== undefined && ref.startsWith("refs/heads/")
        ? [{ branch: ref.slice("refs/heads/".length), commit: newTip }]
        : [],
    );
}

interface Update {
  readonly ref: string;
  readonly oldTip?: string;
  readonly newTip?: string;
}

function parseUpdate(line: string): Update {
  const match = /^([0-9a-f]{40}) ([0-9a-f]{40}) (.+)$/.exec(line);
  if (!match) throw new Error(`not a line of git's hook input: ${JSON.stringify(line)}`);
  const [, oldTip = "", newTip = "", ref = ""] = match;
  return { ref, ...(isNone(oldTip) ? {} : { oldTip }), ...(isNone(newTip) ? {} : { newTip }) };
}

function isNone(commit: string): boolean {
  return /^0+$/.test(commit);
}

async function refusalOf(
  git: Git,
  { ref, oldTip, newTip }: Update,
  protectedBranch: string,
): Promise<string | undefined> {
  const push: Push = { ref, protectedBranch, ...(oldTip === undefined ? {} : { oldTip }) };
  if (newTip === undefined || !isProtected(ref, protectedBranch)) {
    return reasonOf(push, new Map());
  }
  const tip = await factsAbout(git, newTip, oldTip);
  const statuses = new Map<string, CommitStatus | undefined>();
  for (const commit of [newTip, ...tip.parents])
    statuses.set(commit, await readStatus(git, commit));
  return reasonOf({ ...push, newTip: tip }, statuses);
}

function reasonOf(
  push: Push,
  statuses: ReadonlyMap<string, CommitStatus | undefined>,
): string | undefined {
  const judgement = judgePush(push, (commit) => statuses.get(commit));
  return judgement.kind === "refused" ? judgement.reason : undefined;
}

async function factsAbout(git: Git, commit: string, oldTip: string | undefined): Promise<NewTip> {
  const info = await new GitRepository(git).commit(commit);
  if (info === undefined) throw new Error(`${commit} is not a commit of this repository`);
  return {
    commit,
    parents: info.parents,
    isFastForward: oldTip !== undefined && (await isAncestor(git, oldTip, commit)),
    isCleanMerge: await isCleanMerge(git, commit, info.parents),
  };
}

async function isCleanMerge(
  git: Git,
  commit: string,
  parents: readonly string[],
): Promise<boolean> {
  const [first, second] = parents;
  if (parents.length !== 2 || first === undefined || second === undefined) return false;
  if (!(await shareHistory(git, first, second))) return false;
  const merged = await mergeTrees(git, first, second);
  const tree = await git.text(["rev-parse", `${commit}^{tree}`]);
  return merged.kind === "clean" && merged.tree === tree;
}

function quarantineOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const names = ["GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
