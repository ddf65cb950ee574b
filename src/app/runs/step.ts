import type { AppState } from "../../domain/app/decider.ts";
import { isRefusal } from "../../domain/refusal.ts";
import type { FinishJob } from "../../domain/run/decider.ts";
import type { Job, RunState } from "../../domain/run/state.ts";
import { readyJobs } from "../../domain/run/state.ts";
import type { EnvironmentJournal } from "../environments/step.ts";
import type { Host } from "../host.ts";
import type { AppsFace, ReleasesFace } from "../operator.ts";
import { operatorMeta } from "../operator-meta.ts";
import { appStream, runStream } from "../streams.ts";
import { runBuildJob } from "./build-job.ts";
import type { JobContext, JobProgress } from "./environment-jobs.ts";
import { deployJob, flipJob, requestFlipJob } from "./environment-jobs.ts";
import type { AppJournal, Pipeline, RunJournal } from "./pipeline.ts";
import { configurationAt, startRun } from "./start.ts";
import type { StatusTeller } from "./tell-status.ts";

/** A job that has waited so long for something to pass is given up. */
const LONGEST_WAIT_MS = 7 * 24 * 3600 * 1000;

export interface RunWorld {
  readonly host: Host;
  readonly pipeline: Pipeline;
  readonly statuses: StatusTeller;
  readonly apps: AppsFace;
  readonly releases: ReleasesFace;
  readonly appJournal: AppJournal;
  readonly runs: RunJournal;
  readonly environments: EnvironmentJournal;
  /** How often to look at what a job waits for, in milliseconds. */
  readonly paceMs: number;
}

/** Takes one run as far as it will go now; returns when to look again, or undefined when it has ended. */
export async function stepRun(
  world: RunWorld,
  appName: string,
  number: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { host, pipeline, statuses, appJournal, runs } = world;
  const app = await appJournal.load(appStream(appName));
  const numbered = app.openRuns.find(({ run }) => run === number);
  if (!numbered) return undefined;
  const stream = runStream(appName, number);
  const { started, readOnly } = await runs.load(stream);
  if (readOnly) return undefined;
  if (!started) await startRun(host, runs, pipeline, app, numbered);
  const before = await runs.load(stream);
  if (!before.started) return closeRun(world, appName, number);
  await statuses.tell(before);
  await startReadyJobs(world, before);
  const run = await runs.recent(stream);
  await Promise.all(
    run.jobs
      .filter((job) => job.state === "running")
      .map((job) => advanceJob(world, app, run, job, signal)),
  );
  const after = await runs.recent(stream);
  await statuses.tell(after);
  if (after.outcome) return closeRun(world, appName, number);
  return sameStates(before, after) ? world.paceMs : 0;
}

/** Notes alone don't call for another look at once: two operators that see things differently would race. */
function sameStates(before: RunState, after: RunState): boolean {
  return after.jobs.every((job, index) => job.state === before.jobs[index]?.state);
}

/** A run that has ended, or whose commit is gone from the repository, is looked at no more. */
async function closeRun(world: RunWorld, app: string, run: number): Promise<undefined> {
  world.statuses.forget({ app, number: run });
  const meta = operatorMeta(world.host);
  await world.appJournal.execute(appStream(app), { type: "close-run", run, meta });
}

async function startReadyJobs({ host, runs }: RunWorld, run: RunState): Promise<void> {
  for (const job of readyJobs(run)) {
    await runs.execute(runStream(run.app, run.number), {
      type: "start-job",
      job: job.name,
      meta: operatorMeta(host),
    });
  }
}

async function advanceJob(
  world: RunWorld,
  app: AppState,
  run: RunState,
  job: Job,
  signal: AbortSignal,
): Promise<void> {
  const { host, runs } = world;
  const stream = runStream(run.app, run.number);
  const progress = await progressOf(world, app, run, job, signal);
  if (signal.aborted) return;
  const waited = host.clock.now() - (job.startedAt ?? 0);
  if (progress.state === "running" && waited < LONGEST_WAIT_MS) {
    await runs.execute(stream, {
      type: "note-job",
      job: job.name,
      note: progress.note,
      ...(progress.result ? { result: progress.result } : {}),
      meta: operatorMeta(host),
    });
    return;
  }
  // Whoever sees that the run has passed may merge at once.
  if (job.kind === "build" && progress.state === "succeeded") {
    await world.statuses.tell(run, "passed");
  }
  const finish: FinishJob = {
    type: "finish-job",
    job: job.name,
    ...(progress.state === "running"
      ? { state: "failed", note: `given up after a week: ${progress.note}` }
      : progress),
  };
  await runs.execute(stream, { ...finish, meta: operatorMeta(host) });
}

async function progressOf(
  world: RunWorld,
  app: AppState,
  run: RunState,
  job: Job,
  signal: AbortSignal,
): Promise<JobProgress> {
  const { host, pipeline, releases, environments } = world;
  const context: JobContext = { host, environments, releases, app, run, job };
  switch (job.kind) {
    case "validate":
    case "build":
      if (!run.started) return { state: "failed", note: "the run was never started" };
      return runBuildJob(host, pipeline, releases, run, run.started, job.kind, signal);
    case "apply":
      return applyJob(world, run);
    case "deploy":
      return deployJob(context);
    case "request-flip":
      return requestFlipJob(context);
    case "flip":
      return flipJob(context);
  }
}

/** Puts the commit's configuration on record; refused where a newer run's is there already. */
async function applyJob(world: RunWorld, run: RunState): Promise<JobProgress> {
  const { pipeline, apps } = world;
  const read = await configurationAt(pipeline, run.app, run.started?.commit ?? "");
  if (!read.ok) return { state: "failed", note: read.problems.join("; ") };
  const outcome = await apps.configure(
    read.configuration,
    {
      id: `run-${run.app}-${run.number}-apply`,
      actor: { name: `run ${run.number}`, via: "run" },
    },
    { run: run.number },
  );
  if (isRefusal(outcome)) {
    return { state: "failed", note: outcome.message, outcome: "superseded" };
  }
  const changes = outcome.changes.length;
  return {
    state: "succeeded",
    note: outcome.changed ? `${changes} change${changes === 1 ? "" : "s"}` : "no changes",
  };
}
