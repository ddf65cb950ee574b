import type { AppState } from "../../domain/app/decider.ts";
import type { CommandMeta } from "../../domain/batch.ts";
import type { EnvironmentState } from "../../domain/environment/state.ts";
import type { Refusal, RefusalCode } from "../../domain/refusal.ts";
import { isRefusal } from "../../domain/refusal.ts";
import type { Job, JobResult, RunOutcome, RunState } from "../../domain/run/state.ts";
import { releaseOf } from "../../domain/run/state.ts";
import { environmentHash } from "../apps/configure.ts";
import type { EnvironmentJournal } from "../environments/step.ts";
import type { Host } from "../host.ts";
import type { ReleasesFace } from "../operator.ts";
import { environmentStream } from "../streams.ts";

/** Where a job stands after a look at its environment. */
export type JobProgress =
  | { readonly state: "succeeded"; readonly note?: string; readonly result?: JobResult }
  | { readonly state: "failed"; readonly note: string; readonly outcome?: RunOutcome }
  | { readonly state: "running"; readonly note: string; readonly result?: JobResult };

export interface JobContext {
  readonly host: Host;
  readonly environments: EnvironmentJournal;
  readonly releases: ReleasesFace;
  readonly app: AppState;
  readonly run: RunState;
  readonly job: Job;
}

/** Refusals that time or a person lifts; all others end the job. */
const PASSING: readonly RefusalCode[] = [
  "deployment_in_flight",
  "draining",
  "drift",
  "flip_in_flight",
  "frozen",
];

function refused(refusal: Refusal): JobProgress {
  if (PASSING.includes(refusal.code)) return { state: "running", note: refusal.message };
  return {
    state: "failed",
    note: refusal.message,
    ...(refusal.code === "superseded" || refusal.code === "stale_candidate"
      ? { outcome: "superseded" as const }
      : {}),
  };
}

/** Every command of a run has an id that follows from the run, so that a second attempt is a repeat (G4). */
function runMeta({ run, job }: JobContext): CommandMeta {
  return {
    id: `run-${run.app}-${run.number}-${job.name.replace(" ", "-")}`,
    actor: { name: `run ${run.number}`, via: "run" },
  };
}

function environmentOf({ app, job }: JobContext): string {
  return `${app.name}/${job.environment}`;
}

export async function deployJob(context: JobContext): Promise<JobProgress> {
  const { environments, releases, host, app, run, job } = context;
  const name = environmentOf(context);
  const wanted = job.environment ? app.configuration?.environments[job.environment] : undefined;
  if (!wanted) return { state: "failed", note: `${name} is no longer configured` };
  const state = await environments.load(environmentStream(name));
  if (!job.result.deploymentId && state.configured?.hash !== environmentHash(host, wanted)) {
    return { state: "running", note: `waits until the configuration of ${name} is applied` };
  }
  const deployment = Object.values(state.sides)
    .map((side) => side.deployment)
    .find((one) => one && one.id === job.result.deploymentId);
  if (deployment) return deploymentProgress(deployment, state);
  if (job.result.deploymentId) {
    return {
      state: "failed",
      note: `deployment ${job.result.deploymentId} was replaced by another`,
      outcome: "superseded",
    };
  }
  const release = await releases.find(run.app, releaseOf(run) ?? "");
  if (isRefusal(release)) return { state: "failed", note: release.message };
  const outcome = await environments.execute(environmentStream(name), {
    type: "deploy",
    release: releases.ref(release),
    run: run.number,
    meta: runMeta(context),
  });
  if (isRefusal(outcome)) return refused(outcome);
  const started = outcome.events.find((event) => event.type === "DeploymentStarted");
  if (!started) return { state: "failed", note: "the deployment was not decided" };
  const { id, side } = started.deployment;
  return {
    state: "running",
    note: `deployment ${id} to ${side}`,
    result: { deploymentId: id },
  };
}

function deploymentProgress(
  deployment: NonNullable<NonNullable<EnvironmentState["sides"]["main"]>["deployment"]>,
  state: EnvironmentState,
): JobProgress {
  const { id, side, release } = deployment;
  if (deployment.state === "succeeded") {
    return { state: "succeeded", note: `${release.id} runs on ${side} of ${state.name}` };
  }
  if (deployment.state === "failed") {
    return { state: "failed", note: `deployment ${id} to ${side}: ${deployment.reason}` };
  }
  return { state: "running", note: `deployment ${id} to ${side}` };
}

export async function requestFlipJob(context: JobContext): Promise<JobProgress> {
  const { environments, run } = context;
  const name = environmentOf(context);
  const releaseId = releaseOf(run);
  const outcome = await environments.execute(environmentStream(name), {
    type: "request-flip",
    run: run.number,
    ...(releaseId ? { releaseId } : {}),
    meta: runMeta(context),
  });
  if (isRefusal(outcome)) return refused(outcome);
  const asked = outcome.events.find((event) => event.type === "FlipRequested");
  if (!asked) return { state: "failed", note: "the flip was not asked for" };
  return {
    state: "succeeded",
    note: `request ${asked.request.id}`,
    result: { requestId: asked.request.id },
  };
}

export async function flipJob(context: JobContext): Promise<JobProgress> {
  const { environments, run, job } = context;
  const name = environmentOf(context);
  const requestId = run.jobs.find(
    (one) => one.kind === "request-flip" && one.environment === job.environment,
  )?.result.requestId;
  const state = await environments.load(environmentStream(name));
  const request = state.requests.find((one) => one.id === requestId);
  if (!request) {
    return { state: "failed", note: `request ${requestId} is forgotten`, outcome: "superseded" };
  }
  switch (request.status) {
    case "open":
      return {
        state: "running",
        note: `waits for approval: verdigris approve ${request.id} (${request.approvals.length} of ${request.approvalsRequired})`,
      };
    case "approved": {
      const outcome = await environments.execute(environmentStream(name), {
        type: "flip",
        to: request.candidate.side,
        releaseId: request.candidate.release.id,
        requestId: request.id,
        meta: runMeta(context),
      });
      if (isRefusal(outcome)) return refused(outcome);
      return { state: "running", note: `flip to ${request.candidate.side}` };
    }
    case "flipped":
      return flipProgress(state, request.flipId ?? "");
    case "rejected":
      return {
        state: "failed",
        note: `request ${request.id} was rejected by ${request.closedBecause}`,
        outcome: "rejected",
      };
    case "expired":
      return { state: "failed", note: `request ${request.id} expired: nobody approved in time` };
    case "void":
      return {
        state: "failed",
        note: `request ${request.id} is void: ${request.closedBecause}`,
        outcome: "superseded",
      };
  }
}

function flipProgress(state: EnvironmentState, flipId: string): JobProgress {
  const { flip, lastFlip, traffic } = state;
  if (flip?.id === flipId) {
    if (flip.cachesExpiredAt !== undefined) return { state: "succeeded", note: `flip ${flipId}` };
    const blocked = traffic.blocked ? `: ${traffic.blocked.reason}` : "";
    return { state: "running", note: `flip ${flipId}, records ${traffic.phase}${blocked}` };
  }
  if (lastFlip?.id === flipId) return { state: "succeeded", note: `flip ${flipId}` };
  const later = flip ?? lastFlip;
  return {
    state: "failed",
    note: later ? `flip ${flipId} was undone by ${later.kind} ${later.id}` : `flip ${flipId}`,
  };
}
