import type { DeploymentSpec, TaskExit } from "../control/protocol.ts";

/** Everything that is known about one service: the wish and its tasks. One JSON file holds it. */
export interface ServiceRecord {
  /** `rainbow/production/blue`: app, environment, side. */
  readonly service: string;
  /** The fence: a deployment whose revision is below this is ignored. */
  readonly highestRevision: number;
  /** The number in the newest task's id; numbers are never used again. */
  readonly lastTaskNumber: number;
  /** What gets requests; `tasks` in it is the number wanted now. */
  readonly serving?: DeploymentSpec;
  /** The newest deployment, while it isn't what serves. */
  readonly pending?: PendingDeployment;
  readonly tasks: readonly TaskRecord[];
}

export interface PendingDeployment {
  readonly spec: DeploymentSpec;
  readonly state: "starting" | "failed";
  /** Epoch milliseconds from which `healthTimeoutSeconds` counts. */
  readonly since: number;
  /** Why it failed, in one line. */
  readonly reason?: string;
}

/** One place for an app process. It keeps its id while the process in it is restarted. */
export interface TaskRecord {
  readonly id: string;
  readonly deploymentId: string;
  readonly revision: number;
  /** Between SIGTERM and SIGKILL. */
  readonly graceSeconds: number;
  /** No longer wanted: it is drained, ended and forgotten. There is no way back. */
  readonly leaving: boolean;
  /** Absent before the first start, and between an exit and the next start. */
  readonly process?: ProcessRecord;
  readonly restarts: number;
  readonly lastExit?: TaskExit;
  /** Exits in a row without a healthy minute between them. */
  readonly failures: number;
  /** Epoch milliseconds before which it isn't started again. */
  readonly notBefore: number;
}

export interface ProcessRecord {
  /** Also the id of its process group. */
  readonly pid: number;
  /** Tells it from a later process with the same pid. */
  readonly identity: string;
  readonly port: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** It has passed the health gate, under this supervisor or one before. */
  readonly proven: boolean;
  /** Epoch milliseconds at which this supervisor saw it pass. */
  readonly passedAt?: number;
}

export function newService(service: string): ServiceRecord {
  return { service, highestRevision: 0, lastTaskNumber: 0, tasks: [] };
}

/** Both, because a deployment that failed may be asked for again under a higher revision. */
export function belongsTo(task: TaskRecord, spec: DeploymentSpec | undefined): boolean {
  return task.deploymentId === spec?.id && task.revision === spec.revision;
}

/** The deployment that is being started, if any. */
export function starting(record: ServiceRecord): DeploymentSpec | undefined {
  return record.pending?.state === "starting" ? record.pending.spec : undefined;
}

/** The deployment a task runs, while that deployment is wanted. */
export function specOf(record: ServiceRecord, task: TaskRecord): DeploymentSpec | undefined {
  return [record.serving, starting(record)].find((spec) => belongsTo(task, spec));
}
