import { createHash } from "node:crypto";
import { describeCheck } from "../../../domain/merge-policy.ts";
import { readStatus } from "./commit-status-ref.ts";
import { Git, GitError } from "./git.ts";
import { GitRepository } from "./git-repository.ts";
import { isAncestor, mergeTrees, shareHistory } from "./merge.ts";

export interface MergeSettings {
  /** Author and committer of the merge. */
  readonly author: { readonly name: string; readonly email: string };
  /** Of the command to merge: with the same id, a merge that took effect is answered again (G4). */
  readonly commandId: string;
}

export type MergeOutcome =
  | {
      readonly kind: "merged";
      /** The new tip of `into`. */
      readonly commit: string;
    }
  | {
      readonly kind: "refused";
      readonly code:
        | "unknown_branch"
        | "not_passed"
        | "already_merged"
        | "unrelated_history"
        | "conflicts"
        | "moved";
      /** What was left unchanged, why, and the way out. */
      readonly reason: string;
      /** The files that both sides changed, where the code is `conflicts`. */
      readonly files?: readonly string[];
    };

const maxAttempts = 5;

/**
 * Merges a branch whose tip passed CI into another, as a commit with two parents. Where `into` does
 * not exist yet it becomes the branch's tip. The ref changes in one step and only from the commit
 * that was merged into: when somebody else moves it meanwhile the merge is made anew. The same step
 * keeps, in a ref of its own, what the command came to.
 */
export async function mergeBranch(
  repository: string,
  branch: string,
  into: string,
  settings: MergeSettings,
): Promise<MergeOutcome> {
  const git = new Git(repository);
  const outcomeRef = outcomeRefOf(settings.commandId, branch, into);
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const earlier = await git.text(["for-each-ref", "--format=%(objectname)", outcomeRef]);
    if (earlier !== "") return { kind: "merged", commit: earlier };
    const outcome = await attemptMerge(git, branch, into, settings, outcomeRef);
    if (outcome !== "moved") return outcome;
  }
  return refuse("moved", `${branch} was not merged: ${into} moved ${maxAttempts} times meanwhile.`);
}

async function attemptMerge(
  git: Git,
  branch: string,
  into: string,
  { author }: MergeSettings,
  outcomeRef: string,
): Promise<MergeOutcome | "moved"> {
  const heads = new Map((await new GitRepository(git).heads()).map((h) => [h.branch, h.commit]));
  const [tip, target] = [heads.get(branch), heads.get(into)];
  if (tip === undefined) {
    return refuse("unknown_branch", `There is no branch ${branch}. Push it first.`);
  }
  const kept = `${into} was not changed`;
  if (target !== undefined && (await isAncestor(git, tip, target))) {
    return refuse("already_merged", `${kept}: it holds ${branch} (${tip.slice(0, 7)}) already.`);
  }
  const status = await readStatus(git, tip);
  if (status?.state !== "passed") {
    const why = `commit ${tip.slice(0, 7)} of ${branch} ${describeCheck(status)}`;
    return refuse("not_passed", `${kept}: ${why}. Merge again once CI passed.`);
  }
  if (target === undefined) return moveRef(git, into, undefined, tip, outcomeRef);
  if (!(await shareHistory(git, target, tip))) {
    return refuse("unrelated_history", `${kept}: it and ${branch} have no commit in common.`);
  }
  const merged = await mergeTrees(git, target, tip);
  if (merged.kind === "conflicts") {
    const files = merged.files.join(", ");
    const advice = `Merge ${into} into ${branch}, resolve them and push ${branch} again.`;
    const reason = `${kept}: both it and ${branch} changed ${files}. ${advice}`;
    return { ...refuse("conflicts", reason), files: merged.files };
  }
  const commit = await git.text(["commit-tree", merged.tree, "-p", target, "-p", tip], {
    stdin: `Merge branch '${branch}'\n`,
    environment: {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_COMMITTER_NAME: author.name,
      GIT_COMMITTER_EMAIL: author.email,
    },
  });
  return moveRef(git, into, target, commit, outcomeRef);
}

const none = "0".repeat(40);

/** An id may hold what a ref's name may not. */
function outcomeRefOf(commandId: string, branch: string, into: string): string {
  const command = [commandId, branch, into].join("\0");
  return `refs/verdigris/merges/${createHash("sha256").update(command).digest("hex")}`;
}

async function moveRef(
  git: Git,
  branch: string,
  from: string | undefined,
  to: string,
  outcomeRef: string,
): Promise<MergeOutcome | "moved"> {
  try {
    await git.run(["update-ref", "--stdin", "-z"], {
      stdin: `update refs/heads/${branch}\0${to}\0${from ?? none}\0create ${outcomeRef}\0${to}\0`,
    });
    return { kind: "merged", commit: to };
  } catch (error) {
    const now = (await new GitRepository(git).heads()).find((head) => head.branch === branch);
    if (error instanceof GitError && now?.commit !== from) return "moved";
    throw error;
  }
}

function refuse(code: Extract<MergeOutcome, { kind: "refused" }>["code"], reason: string) {
  return { kind: "refused", code, reason } as const;
}
