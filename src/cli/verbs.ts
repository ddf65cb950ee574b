import type { Verb, VerbDefinition } from "./verb.ts";

/** All verbs of this folder, in the order in which `--help` and the documentation list them. */
export const VERBS: readonly VerbDefinition[] = [
  listed(
    "init",
    "Write a verdigris.yaml for the app in this folder",
    () => import("./verbs/init.ts"),
  ),
  listed("apply", "Register or change the app's configuration", () => import("./verbs/apply.ts")),
  listed(
    "status",
    "Show what is live, what waits and what is wrong",
    () => import("./verbs/status.ts"),
  ),
  listed("runs", "List runs, show one, or follow one", () => import("./verbs/runs.ts")),
  listed(
    "logs",
    "Print what a run's jobs or a side's tasks wrote",
    () => import("./verbs/logs.ts"),
  ),
  listed("releases", "List releases and where they are", () => import("./verbs/releases.ts")),
  listed("merge", "Merge a branch that passed CI", () => import("./verbs/merge.ts")),
  listed("deploy", "Put a release on the standby", () => import("./verbs/deploy.ts")),
  listed("plan", "Show what a flip would do now", () => import("./verbs/plan.ts")),
  listed(
    "request-flip",
    "Ask for the standby to be made live",
    () => import("./verbs/request-flip.ts"),
  ),
  listed("approve", "Approve a flip request", () => import("./verbs/approve.ts")),
  listed("reject", "Reject a flip request", () => import("./verbs/reject.ts")),
  listed("flip", "Make the standby live", () => import("./verbs/flip.ts")),
  listed("revert", "Go back to the side that was live before", () => import("./verbs/revert.ts")),
  listed("abort", "Give up the flip in flight", () => import("./verbs/abort.ts")),
  listed("resume", "Try a blocked change of records again", () => import("./verbs/resume.ts")),
  listed("freeze", "Keep an environment as it is", () => import("./verbs/freeze.ts")),
  listed("unfreeze", "Lift a freeze", () => import("./verbs/unfreeze.ts")),
  listed("history", "List who decided what, when and why", () => import("./verbs/history.ts")),
  listed("drift", "Compare the world with the state, or mend it", () => import("./verbs/drift.ts")),
  listed(
    "ci",
    "Write the pipeline of a CI system that builds and releases",
    () => import("./verbs/ci.ts"),
  ),
  listed("token", "Make, list and revoke API keys", () => import("./verbs/token.ts")),
  listed("doctor", "Look for what keeps Verdigris from working", () => import("./verbs/doctor.ts")),
];

function listed(
  name: string,
  summary: string,
  module: () => Promise<{ readonly verb: Verb }>,
): VerbDefinition {
  return { name, summary, load: async () => (await module()).verb };
}
