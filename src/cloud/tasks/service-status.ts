import type { ServiceStatus, TaskStatus } from "../control/protocol.ts";
import { belongsTo, type ServiceRecord, type TaskRecord } from "./service-record.ts";

/** What the supervisor knows of a service; the balancer knows the rest. */
export type TasksStatus = Pick<ServiceStatus, "name" | "revision" | "serving" | "pending">;

export function statusOf(record: ServiceRecord): TasksStatus {
  const { serving, pending } = record;
  const tasksOf = (spec: NonNullable<ServiceRecord["serving"]>) =>
    record.tasks.filter((task) => belongsTo(task, spec)).map(taskStatus);
  return {
    name: record.service,
    revision: record.highestRevision,
    ...(serving && {
      serving: {
        deploymentId: serving.id,
        releaseId: serving.releaseId,
        digest: serving.digest,
        tasksWanted: serving.tasks,
        tasks: tasksOf(serving),
      },
    }),
    ...(pending && {
      pending: {
        deploymentId: pending.spec.id,
        state: pending.state,
        ...(pending.reason !== undefined && { reason: pending.reason }),
        tasks: tasksOf(pending.spec),
      },
    }),
  };
}

/** The status in which tasks that serve but fail the load balancer's health checks are unhealthy. */
export function withFailing(status: TasksStatus, failing: readonly string[]): TasksStatus {
  if (!status.serving || failing.length === 0) return status;
  const tasks = status.serving.tasks.map((task) =>
    task.state === "healthy" && failing.includes(task.id)
      ? { ...task, state: "unhealthy" as const }
      : task,
  );
  return { ...status, serving: { ...status.serving, tasks } };
}

/** `pid`, `port` and `startedAt` are 0 while the task has no process. */
function taskStatus(task: TaskRecord): TaskStatus {
  return {
    id: task.id,
    pid: task.process?.pid ?? 0,
    port: task.process?.port ?? 0,
    state: stateOf(task),
    restarts: task.restarts,
    ...(task.lastExit && { lastExit: task.lastExit }),
    startedAt: task.process?.startedAt ?? 0,
  };
}

function stateOf({ leaving, process, failures }: TaskRecord): TaskStatus["state"] {
  if (leaving) return "stopping";
  if (!process) return failures > 0 ? "waiting-to-restart" : "starting";
  if (process.passedAt !== undefined) return "healthy";
  return process.proven ? "unhealthy" : "starting";
}
