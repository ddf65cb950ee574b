import type { DeploymentSpec } from "../control/protocol.ts";
import { belongsTo, type ServiceRecord, starting, type TaskRecord } from "./service-record.ts";

/**
 * Makes the tasks follow the wish: as many as wanted of the serving and of the starting deployment,
 * and all others leaving. A starting deployment whose tasks have all passed becomes what serves.
 */
export function fitTasks(record: ServiceRecord): ServiceRecord {
  const promoted = promote(record);
  const wanted = [promoted.serving, starting(promoted)].filter((spec) => spec !== undefined);
  return wanted.reduce(fitCount, keepOnlyWanted(promoted));
}

function keepOnlyWanted(record: ServiceRecord): ServiceRecord {
  const isWanted = (task: TaskRecord) =>
    belongsTo(task, record.serving) || belongsTo(task, starting(record));
  return { ...record, tasks: record.tasks.map((task) => (isWanted(task) ? task : leave(task))) };
}

function promote(record: ServiceRecord): ServiceRecord {
  const spec = starting(record);
  if (!spec) return record;
  const ready = staying(record, spec).filter((task) => task.process?.passedAt !== undefined);
  if (ready.length < spec.tasks) return record;
  const { pending: _, ...rest } = record;
  return { ...rest, serving: spec };
}

function fitCount(record: ServiceRecord, spec: DeploymentSpec): ServiceRecord {
  const present = staying(record, spec);
  const surplus = new Set(leastUseful(present).slice(0, Math.max(0, present.length - spec.tasks)));
  const missing = Math.max(0, spec.tasks - present.length);
  const kept = record.tasks.map((task) => (surplus.has(task) ? leave(task) : task));
  const added = Array.from({ length: missing }, (_, i) =>
    newTask(record.service, spec, record.lastTaskNumber + 1 + i),
  );
  return {
    ...record,
    lastTaskNumber: record.lastTaskNumber + missing,
    tasks: [...kept, ...added],
  };
}

function staying(record: ServiceRecord, spec: DeploymentSpec): readonly TaskRecord[] {
  return record.tasks.filter((task) => belongsTo(task, spec) && !task.leaving);
}

/** First those that serve nobody, then the newest. */
function leastUseful(tasks: readonly TaskRecord[]): readonly TaskRecord[] {
  const serves = (task: TaskRecord) => (task.process?.passedAt === undefined ? 0 : 1);
  return [...tasks].reverse().sort((a, b) => serves(a) - serves(b));
}

function leave(task: TaskRecord): TaskRecord {
  return task.leaving ? task : { ...task, leaving: true };
}

function newTask(service: string, spec: DeploymentSpec, number: number): TaskRecord {
  return {
    id: `${service.split("/").at(-1)}-${number}`,
    deploymentId: spec.id,
    revision: spec.revision,
    graceSeconds: spec.graceSeconds,
    leaving: false,
    restarts: 0,
    failures: 0,
    notBefore: 0,
  };
}
