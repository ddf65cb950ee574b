/** What CI knows of a commit. */
export interface Check {
  readonly state: "pending" | "passed" | "failed";
  /** The run that found it. */
  readonly run: number;
}

/** What somebody wants to happen to one ref of the app's repository. */
export interface Push {
  /** Full name: `refs/heads/master`. */
  readonly ref: string;
  /** The branch where a commit starts a release, by its short name. */
  readonly protectedBranch: string;
  /** The commit the ref points to now; absent when the ref is new. */
  readonly oldTip?: string;
  /** What is to be the ref's commit; absent when the ref is to be deleted. */
  readonly newTip?: NewTip;
}

export interface NewTip {
  readonly commit: string;
  readonly parents: readonly string[];
  /** The old tip is among its ancestors. */
  readonly isFastForward: boolean;
  /** It has two parents, and its files are exactly those git makes of them without help. */
  readonly isCleanMerge: boolean;
}

export type Judgement =
  | { readonly kind: "accepted" }
  /** `reason` may have several lines: what was left unchanged, why, and the way out. */
  | { readonly kind: "refused"; readonly reason: string };

const accepted: Judgement = { kind: "accepted" };

const wayToMerge = [
  "  git push <remote> HEAD:refs/heads/my-branch",
  "  verdigris merge my-branch",
] as const;

/** Whether the ref is the one that only takes what passed; the others need no facts about commits. */
export function isProtected(ref: string, protectedBranch: string): boolean {
  return ref === `refs/heads/${protectedBranch}`;
}

/**
 * Only what passed CI arrives on the protected branch: a commit that passed, on top of the old
 * tip, or a merge of a commit that passed into the old tip. Such a merge has no run of its own, so
 * it may hold nothing but the merge: what a person changed in it, no run has seen.
 */
export function judgePush(push: Push, checkOf: (commit: string) => Check | undefined): Judgement {
  const { ref, protectedBranch, oldTip, newTip } = push;
  if (!ref.startsWith("refs/heads/") && !ref.startsWith("refs/tags/")) {
    return refused(`${ref} was not changed: only branches and tags can be pushed here.`);
  }
  if (!isProtected(ref, protectedBranch)) return judgeOtherRef(ref, protectedBranch);
  if (newTip === undefined) {
    return refused(`${protectedBranch} was not deleted: it is where releases come from.`);
  }
  if (oldTip !== undefined && !newTip.isFastForward) {
    return refused(
      `${protectedBranch} was not changed: a forced push would take commits away from it.`,
      "To undo a commit, revert it on a branch and merge that:",
      "  git revert <commit>",
      ...wayToMerge,
    );
  }
  if (checkOf(newTip.commit)?.state === "passed") return accepted;
  const [first, second] = newTip.parents;
  if (newTip.parents.length > 2) {
    return refused(
      `${protectedBranch} was not changed: ${short(newTip.commit)} merges several branches at once.`,
      "Merge one branch after the other, or let CI check the whole:",
      ...wayToMerge,
    );
  }
  if (first === undefined || second === undefined || first !== oldTip) {
    return refuseUnpassed(newTip.commit, checkOf(newTip.commit), protectedBranch);
  }
  const merged = checkOf(second);
  if (merged?.state !== "passed") return refuseUnpassed(second, merged, protectedBranch);
  if (newTip.isCleanMerge) return accepted;
  return refused(
    `${protectedBranch} was not changed: the merge ${short(newTip.commit)} holds more than the merge of`,
    `${short(second)}: no run has seen the resolved conflicts or other changes in it.`,
    "Let CI check it as a branch, and merge that:",
    ...wayToMerge,
  );
}

/** `has not passed CI: run 12 failed`, to follow the name of a commit. */
export function describeCheck(check: Check | undefined): string {
  if (check === undefined) return "has not passed CI: it has no run yet";
  if (check.state === "passed") return `passed CI in run ${check.run}`;
  const state = check.state === "pending" ? "is not finished" : "failed";
  return `has not passed CI: run ${check.run} ${state}`;
}

/** Where file systems ignore case, as on macOS, git stores `Master` and `master` in one place. */
function judgeOtherRef(ref: string, protectedBranch: string): Judgement {
  if (!isProtected(ref.toLowerCase(), protectedBranch.toLowerCase())) return accepted;
  return refused(`${ref} was not changed: its name differs from ${protectedBranch} only in case.`);
}

function refuseUnpassed(
  commit: string,
  check: Check | undefined,
  protectedBranch: string,
): Judgement {
  const what = `${protectedBranch} was not changed: commit ${short(commit)} ${describeCheck(check)}.`;
  if (check?.state === "pending") {
    return refused(what, `Wait until run ${check.run} passed, then push again.`);
  }
  const advice = check === undefined ? "Let CI check it as a branch" : "Mend it on a branch";
  return refused(what, `${advice}, and merge that once it passed:`, ...wayToMerge);
}

function refused(...lines: readonly string[]): Judgement {
  return { kind: "refused", reason: lines.join("\n") };
}

function short(commit: string): string {
  return commit.slice(0, 7);
}
