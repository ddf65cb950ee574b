import type { JobView, RunView } from "../contract/api.ts";
import { columns } from "./columns.ts";
import type { Paint } from "./paint.ts";
import { EXIT, type ExitCode } from "./problem.ts";
import { ago, secondsBetween } from "./times.ts";

/** One row of a list of runs. */
export function runRow(run: RunView, now: number, paint: Paint): readonly string[] {
  return [
    `run ${run.number}`,
    paintOutcome(run.outcome, paint),
    run.branch,
    run.commit.slice(0, 7),
    `"${run.subject}"`,
    run.author.name,
    ago(run.startedAt, now),
    remark(run),
  ];
}

/** A run and all its jobs. */
export function showRun(run: RunView, now: number, paint: Paint): readonly string[] {
  return [
    ...columns([runRow(run, now, paint)]),
    ...columns(
      run.jobs.map((job) => jobRow(job, now, paint)),
      "  ",
    ),
  ];
}

export function jobRow(job: JobView, now: number, paint: Paint): readonly string[] {
  const { name, state, startedAt, finishedAt, note } = job;
  const took = startedAt
    ? secondsBetween(startedAt, finishedAt ?? new Date(now).toISOString())
    : "";
  return [name, paintState(state, paint), took, note ?? ""];
}

/** The exit code of waiting for a run. */
export function exitOfRun(outcome: Exclude<RunView["outcome"], "running">): ExitCode {
  if (outcome === "succeeded") return EXIT.done;
  return outcome === "failed" ? EXIT.failed : EXIT.refused;
}

/** Why it ended as it did, or what it waits for. */
function remark(run: RunView): string {
  if (run.outcome !== "running") return run.because ?? "";
  const job = run.jobs.find((one) => one.state === "running");
  return job ? `${job.name}${job.note ? `: ${job.note}` : ""}` : "";
}

function paintOutcome(outcome: RunView["outcome"], paint: Paint): string {
  if (outcome === "succeeded") return paint.green(outcome);
  return outcome === "running" ? paint.yellow(outcome) : paint.red(outcome);
}

function paintState(state: JobView["state"], paint: Paint): string {
  if (state === "succeeded") return paint.green(state);
  if (state === "failed") return paint.red(state);
  return state === "running" ? paint.yellow(state) : paint.dim(state);
}
