import type { RememberedCommand } from "../batch.ts";
import type { Folded } from "../decider.ts";

/** The pipeline's pass for one commit. */
export interface RunState extends Folded {
  readonly app: string;
  readonly number: number;
  readonly revision: number;
  readonly started?: RunStart;
  readonly startedAt?: number;
  readonly jobs: readonly Job[];
  readonly outcome?: RunOutcome;
  /** Why it did not succeed. */
  readonly because?: string;
  readonly finishedAt?: number;
  readonly commands: readonly RememberedCommand[];
}

/** `ci` checks a branch and deploys nothing; `release` goes on to a flip. */
export interface RunStart {
  readonly kind: "ci" | "release";
  readonly branch: string;
  readonly commit: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly subject: string;
  readonly jobs: readonly JobPlan[];
}

export type JobKind = "apply" | "build" | "deploy" | "flip" | "request-flip" | "validate";

export interface JobPlan {
  /** Unique in the run: `build`, `deploy production`. */
  readonly name: string;
  readonly kind: JobKind;
  /** The environment's short name, for jobs that concern one. */
  readonly environment?: string;
  /** Names of jobs that must have succeeded before. */
  readonly needs: readonly string[];
}

export interface Job extends JobPlan {
  readonly state: "waiting" | "running" | "succeeded" | "failed" | "skipped";
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** What it waits for, or why it failed or was skipped, in one line. */
  readonly note?: string;
  readonly result: JobResult;
}

/** What a job made or began, by the job's kind. */
export interface JobResult {
  readonly releaseId?: string;
  readonly deploymentId?: string;
  readonly requestId?: string;
  readonly flipId?: string;
}

export type RunOutcome = "succeeded" | "failed" | "superseded" | "rejected";

/** Jobs that wait although all they need has succeeded. */
export function readyJobs(run: RunState): readonly Job[] {
  const succeeded = new Set(run.jobs.filter((j) => j.state === "succeeded").map((j) => j.name));
  return run.jobs.filter(
    (j) => j.state === "waiting" && j.needs.every((need) => succeeded.has(need)),
  );
}

/** What the run's build made; undefined before. */
export function releaseOf(run: RunState): string | undefined {
  return run.jobs.find((job) => job.result.releaseId)?.result.releaseId;
}
