import { describe, expect, it } from "vitest";
import { type Check, describeCheck, judgePush, type NewTip, type Push } from "./merge-policy.ts";

const old = "a".repeat(40);
const tip = "b".repeat(40);
const feature = "c".repeat(40);

function push(change: Partial<Omit<Push, "newTip">> & { newTip?: Partial<NewTip> } = {}): Push {
  return {
    ref: "refs/heads/master",
    protectedBranch: "master",
    oldTip: old,
    ...change,
    newTip: {
      commit: tip,
      parents: [old],
      isFastForward: true,
      isCleanMerge: false,
      ...change.newTip,
    },
  };
}

const merge = { parents: [old, feature], isCleanMerge: true };
const firstPush: Push = {
  ref: "refs/heads/master",
  protectedBranch: "master",
  newTip: { commit: tip, parents: [], isFastForward: false, isCleanMerge: false },
};

function judge(what: Push, checks: Record<string, Check> = {}) {
  return judgePush(what, (commit) => checks[commit]);
}

function reason(what: Push, checks: Record<string, Check> = {}): string {
  const judgement = judge(what, checks);
  return judgement.kind === "refused" ? judgement.reason : "accepted";
}

const passed: Check = { state: "passed", run: 12 };

describe("a push to the protected branch", () => {
  it("is accepted when it brings a commit that passed", () => {
    expect(judge(push(), { [tip]: passed })).toEqual({ kind: "accepted" });
  });

  it("is accepted when it merges a branch that passed into the old tip", () => {
    expect(judge(push({ newTip: merge }), { [feature]: passed })).toEqual({ kind: "accepted" });
  });

  it("is refused with the way out when the commit has no run", () => {
    expect(reason(push())).toBe(
      [
        "master was not changed: commit bbbbbbb has not passed CI: it has no run yet.",
        "Let CI check it as a branch, and merge that once it passed:",
        "  git push <remote> HEAD:refs/heads/my-branch",
        "  verdigris merge my-branch",
      ].join("\n"),
    );
  });

  it("is refused while the commit's run goes on, and says to wait", () => {
    expect(reason(push(), { [tip]: { state: "pending", run: 12 } })).toBe(
      "master was not changed: commit bbbbbbb has not passed CI: run 12 is not finished.\n" +
        "Wait until run 12 passed, then push again.",
    );
  });

  it("is refused when the commit's run failed", () => {
    const text = reason(push(), { [tip]: { state: "failed", run: 12 } });
    expect(text).toContain("commit bbbbbbb has not passed CI: run 12 failed.");
    expect(text).toContain("Mend it on a branch");
  });

  it("is refused when it merges a branch that has not passed, and names that branch's commit", () => {
    expect(reason(push({ newTip: merge }))).toContain("commit ccccccc has not passed CI");
  });

  it("is refused when the merge holds more than the merge", () => {
    const dirty = push({ newTip: { ...merge, isCleanMerge: false } });
    expect(reason(dirty, { [feature]: passed })).toContain("bbbbbbb holds more than the merge of");
  });

  it("is refused when the merge's first parent is not the old tip", () => {
    const reversed = push({ newTip: { ...merge, parents: [feature, old] } });
    expect(reason(reversed, { [feature]: passed, [old]: passed })).toContain("commit bbbbbbb has");
  });

  it("is refused when it merges several branches at once, unless that merge itself passed", () => {
    const octopus = push({ newTip: { parents: [old, feature, "d".repeat(40)] } });
    expect(reason(octopus, { [feature]: passed })).toContain("merges several branches at once");
    expect(reason(octopus, { [tip]: passed })).toBe("accepted");
  });

  it("is refused when it would take commits away, even for a commit that passed", () => {
    const forced = push({ newTip: { isFastForward: false } });
    expect(reason(forced, { [tip]: passed })).toContain("a forced push would take commits away");
  });

  it("is refused when it would delete the branch", () => {
    const deletion: Push = { ref: "refs/heads/master", protectedBranch: "master", oldTip: old };
    expect(reason(deletion)).toContain("master was not deleted");
  });

  it("needs a commit that passed when the branch is new, too", () => {
    expect(reason(firstPush)).toContain("it has no run yet");
    expect(reason(firstPush, { [tip]: passed })).toBe("accepted");
  });

  it("names the branch that is protected", () => {
    const main = push({ ref: "refs/heads/main", protectedBranch: "main" });
    expect(reason(main)).toContain("main was not changed");
  });
});

describe("a push elsewhere", () => {
  it.each(["refs/heads/feature", "refs/heads/master/x", "refs/tags/master", "refs/heads/fix-ü#1"])(
    "is accepted for %s whatever CI says",
    (ref) => {
      expect(judge({ ref, protectedBranch: "master", oldTip: old })).toEqual({ kind: "accepted" });
    },
  );

  it("is refused outside branches and tags", () => {
    expect(reason(push({ ref: "refs/verdigris/status/x" }), { [tip]: passed })).toContain(
      "only branches and tags can be pushed here",
    );
    expect(reason(push({ ref: "refs/replace/x" }), { [tip]: passed })).toContain("was not changed");
  });

  it("is refused for a branch that some file systems can't tell from the protected one", () => {
    expect(reason(push({ ref: "refs/heads/Master" }), { [tip]: passed })).toContain("only in case");
  });
});

it("a check that passed is described with its run", () => {
  expect(describeCheck(passed)).toBe("passed CI in run 12");
});
