import type { RunState } from "../../domain/run/state.ts";
import type { CommitStatus } from "../../ports/commit-statuses.ts";
import type { Pipeline } from "./pipeline.ts";

/** Tells the git host what CI makes of the commit. A commit that has passed once stays passed. */
export async function tellStatus(
  pipeline: Pipeline,
  run: RunState,
  state = stateOf(run),
): Promise<void> {
  if (!run.started) return;
  const { commit } = run.started;
  const known = await pipeline.statuses.get(run.app, commit);
  if (known?.state === "passed") return;
  if (known?.state === state && known.run === run.number) return;
  const description = `run ${run.number}: ${run.because ?? state}`;
  await pipeline.statuses.set(run.app, commit, { state, run: run.number, description });
}

function stateOf(run: RunState): CommitStatus["state"] {
  const checks = run.jobs.filter((job) => job.kind === "validate" || job.kind === "build");
  if (checks.some((job) => job.state === "failed" || job.state === "skipped")) return "failed";
  return checks.every((job) => job.state === "succeeded") ? "passed" : "pending";
}
