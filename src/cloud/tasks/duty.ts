import {
  belongsTo,
  type ProcessRecord,
  type ServiceRecord,
  specOf,
  starting,
  type TaskRecord,
} from "./service-record.ts";

/** What is to be done about a task now. Times are epoch milliseconds. */
export type Duty =
  | { readonly kind: "start" }
  | { readonly kind: "wait"; readonly until: number }
  /** Ask for its health until it passes; without a deadline when it has passed before. */
  | { readonly kind: "prove"; readonly process: ProcessRecord; readonly deadline?: number }
  /** Healthy, and waiting for the others of its deployment. */
  | { readonly kind: "hold" }
  | { readonly kind: "serve"; readonly process: ProcessRecord }
  /** No more requests, then the end of its process, and another in its place. */
  | { readonly kind: "replace"; readonly process: ProcessRecord }
  /** No more requests, then the end of its process. */
  | { readonly kind: "retire"; readonly process: ProcessRecord }
  | { readonly kind: "forget" }
  | { readonly kind: "rest" };

export interface Circumstances {
  /** Epoch milliseconds. */
  readonly now: number;
  /** All tasks are to end, though they stay wanted. */
  readonly resting: boolean;
  /** The task's process gave no answer for too long. */
  readonly silent: boolean;
}

export function dutyOf(
  record: ServiceRecord,
  task: TaskRecord,
  { now, resting, silent }: Circumstances,
): Duty {
  const { process } = task;
  if (!process) {
    if (task.leaving) return { kind: "forget" };
    if (resting) return { kind: "rest" };
    return task.notBefore > now ? { kind: "wait", until: task.notBefore } : { kind: "start" };
  }
  if (task.leaving || resting) return { kind: "retire", process };
  if (silent) return { kind: "replace", process };
  if (process.passedAt === undefined) return prove(record, task, process);
  return belongsTo(task, record.serving) ? { kind: "serve", process } : { kind: "hold" };
}

function prove(record: ServiceRecord, task: TaskRecord, process: ProcessRecord): Duty {
  const timeoutMs = (specOf(record, task)?.healthTimeoutSeconds ?? 0) * 1_000;
  if (record.pending && belongsTo(task, starting(record))) {
    return { kind: "prove", process, deadline: record.pending.since + timeoutMs };
  }
  if (process.proven) return { kind: "prove", process };
  return { kind: "prove", process, deadline: process.startedAt + timeoutMs };
}
