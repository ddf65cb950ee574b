import type { Asked, Batch } from "../batch.ts";
import { remember } from "../batch.ts";
import type { Decider } from "../decider.ts";
import type { Decision } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import type { Job, JobResult, RunOutcome, RunStart, RunState } from "./state.ts";
import { JOB_RESULT, RUN_START } from "./stored-shapes.ts";

export type RunEvent =
  | { readonly type: "RunStarted"; readonly start: RunStart }
  | { readonly type: "JobStarted"; readonly job: string }
  /** What a job waits for, or what it has begun, where a later start must know it. */
  | {
      readonly type: "JobNoted";
      readonly job: string;
      readonly note: string;
      readonly result: JobResult;
    }
  | {
      readonly type: "JobFinished";
      readonly job: string;
      readonly state: "succeeded" | "failed" | "skipped";
      readonly note?: string;
      readonly result: JobResult;
    }
  | { readonly type: "RunFinished"; readonly outcome: RunOutcome; readonly because?: string };

export type RunCommand = Asked<StartRun | StartJob | NoteJob | FinishJob | CancelRun>;

export interface StartRun {
  readonly type: "start-run";
  readonly start: RunStart;
}

export interface StartJob {
  readonly type: "start-job";
  readonly job: string;
}

export interface NoteJob {
  readonly type: "note-job";
  readonly job: string;
  readonly note: string;
  readonly result?: JobResult;
}

export interface FinishJob {
  readonly type: "finish-job";
  readonly job: string;
  readonly state: "succeeded" | "failed";
  readonly note?: string;
  readonly result?: JobResult;
  /** How the run ends when the job failed; `failed` when absent. */
  readonly outcome?: RunOutcome;
}

export interface CancelRun {
  readonly type: "cancel-run";
  readonly outcome: RunOutcome;
  readonly because: string;
}

export const runDecider: Decider<RunState, RunCommand, RunEvent> = {
  schema: 2,
  events: {
    RunStarted: { start: RUN_START },
    JobStarted: { job: "text" },
    JobNoted: { job: "text", note: "text", result: JOB_RESULT },
    JobFinished: { job: "text", state: "text", "note?": "text", result: JOB_RESULT },
    RunFinished: { outcome: "text", "because?": "text" },
  },
  initialState(stream) {
    const [app = "", number = ""] = stream.slice(stream.indexOf("#") + 1).split("/");
    return { app, number: Number(number), revision: 0, jobs: [], commands: [] };
  },
  evolve: (state, batch) => ({
    ...batch.events.reduce((before, event) => apply(before, event, batch), state),
    revision: batch.revision,
    commands: remember(state.commands, batch),
  }),
  decide,
};

function apply(run: RunState, event: RunEvent, batch: Batch<RunEvent>): RunState {
  switch (event.type) {
    case "RunStarted":
      return {
        ...run,
        started: event.start,
        startedAt: batch.at,
        jobs: event.start.jobs.map((plan) => ({ ...plan, state: "waiting", result: {} })),
      };
    case "JobStarted":
      return changeJob(run, event.job, { state: "running", startedAt: batch.at });
    case "JobNoted":
      return changeJob(run, event.job, { note: event.note, result: event.result });
    case "JobFinished":
      return changeJob(run, event.job, {
        state: event.state,
        finishedAt: batch.at,
        note: event.note,
        result: event.result,
      });
    case "RunFinished":
      return {
        ...run,
        outcome: event.outcome,
        finishedAt: batch.at,
        ...(event.because ? { because: event.because } : {}),
      };
  }
}

type JobChange = { readonly [Key in keyof Job]?: Job[Key] | undefined };

function changeJob(run: RunState, name: string, change: JobChange): RunState {
  return {
    ...run,
    jobs: run.jobs.map((job) => {
      if (job.name !== name) return job;
      const { note: _, ...rest } = job;
      const { note, result, ...others } = change;
      return {
        ...rest,
        ...(others as Partial<Job>),
        ...(note ? { note } : {}),
        result: { ...job.result, ...result },
      };
    }),
  };
}

function decide(run: RunState, command: RunCommand): Decision<RunEvent> {
  if (command.type === "start-run") {
    return run.started ? [] : [{ type: "RunStarted", start: command.start }];
  }
  if (!run.started) {
    return refuse("unknown_run", `${run.app} has no run ${run.number}.`, { run: run.number });
  }
  if (run.outcome) return [];
  if (command.type === "cancel-run") return end(run, command.outcome, command.because);
  const job = run.jobs.find((one) => one.name === command.job);
  if (!job || (job.state !== "waiting" && job.state !== "running")) return [];
  switch (command.type) {
    case "start-job":
      return job.state === "waiting" ? [{ type: "JobStarted", job: job.name }] : [];
    case "note-job": {
      const result = { ...job.result, ...command.result };
      const known = job.note === command.note && sameResult(result, job.result);
      return known ? [] : [{ type: "JobNoted", job: job.name, note: command.note, result }];
    }
    case "finish-job": {
      const finished: RunEvent = {
        type: "JobFinished",
        job: job.name,
        state: command.state,
        ...(command.note ? { note: command.note } : {}),
        result: { ...job.result, ...command.result },
      };
      if (command.state === "succeeded") {
        const last = run.jobs.every((one) => one === job || one.state === "succeeded");
        return last ? [finished, { type: "RunFinished", outcome: "succeeded" }] : [finished];
      }
      const because = `${job.name}: ${command.note ?? "failed"}`;
      const others = { ...run, jobs: run.jobs.filter((one) => one !== job) };
      return [finished, ...end(others, command.outcome ?? "failed", because)];
    }
  }
}

function sameResult(a: JobResult, b: JobResult): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Jobs that have not ended are skipped, so that a run that ended has no job that seems to go on. */
function end(run: RunState, outcome: RunOutcome, because: string): readonly RunEvent[] {
  const skipped = run.jobs
    .filter((job) => job.state === "waiting" || job.state === "running")
    .map(
      (job): RunEvent => ({
        type: "JobFinished",
        job: job.name,
        state: "skipped",
        note: "the run had ended",
        result: job.result,
      }),
    );
  return [...skipped, { type: "RunFinished", outcome, because }];
}
