import type { JobView, RunView } from "../../contract/api.ts";
import type { Job, RunStart, RunState } from "../../domain/run/state.ts";
import { releaseOf } from "../../domain/run/state.ts";
import { isoTime } from "./time.ts";

export type StartedRunState = RunState & {
  readonly started: RunStart;
  readonly startedAt: number;
};

/** A number that was given away and whose run has not begun has nothing to show yet. */
export function hasStarted(run: RunState): run is StartedRunState {
  return run.started !== undefined && run.startedAt !== undefined;
}

/** `logOf` tells where a job's output is kept. */
export function runView(run: StartedRunState, logOf: (job: string) => string): RunView {
  const { kind, branch, commit, subject, author } = run.started;
  const release = releaseOf(run);
  return {
    number: run.number,
    app: run.app,
    kind,
    branch,
    commit,
    subject,
    author,
    startedAt: isoTime(run.startedAt),
    ...(run.finishedAt === undefined ? {} : { finishedAt: isoTime(run.finishedAt) }),
    outcome: run.outcome ?? "running",
    ...(run.because === undefined ? {} : { because: run.because }),
    ...(release === undefined ? {} : { release }),
    jobs: run.jobs.map((job) => jobView(job, logOf)),
  };
}

/** Jobs that run commands write a log; the others only decide. */
const WITH_OUTPUT: ReadonlySet<Job["kind"]> = new Set(["build", "validate"]);

function jobView(job: Job, logOf: (job: string) => string): JobView {
  const { name, kind, environment, state, note, startedAt, finishedAt } = job;
  const began = startedAt !== undefined && WITH_OUTPUT.has(kind);
  return {
    name,
    kind,
    ...(environment === undefined ? {} : { environment }),
    state,
    ...(note === undefined ? {} : { note }),
    ...(startedAt === undefined ? {} : { startedAt: isoTime(startedAt) }),
    ...(finishedAt === undefined ? {} : { finishedAt: isoTime(finishedAt) }),
    ...(began ? { log: logOf(name) } : {}),
  };
}

export function hasEnded({ state }: Job): boolean {
  return state === "succeeded" || state === "failed" || state === "skipped";
}
