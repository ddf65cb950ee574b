import { fitTasks } from "./fit-tasks.ts";
import { restartDelayMs } from "./restart-delay.ts";
import {
  belongsTo,
  type ProcessRecord,
  type ServiceRecord,
  starting,
  type TaskRecord,
} from "./service-record.ts";

/** What happened to a task. `at` is epoch milliseconds. */
export type TaskEvent =
  | { readonly type: "started"; readonly task: string; readonly process: ProcessRecord }
  | { readonly type: "passed"; readonly task: string; readonly pid: number; readonly at: number }
  /** Its back-off is over. */
  | { readonly type: "due"; readonly task: string }
  /** It never passed the health gate in time. */
  | { readonly type: "timed-out"; readonly task: string; readonly reason: string }
  | {
      readonly type: "exited";
      readonly task: string;
      /** Absent when no process could be started at all. */
      readonly pid?: number;
      readonly at: number;
      /** In one line: how it ended and what it said last. */
      readonly reason: string;
      /** 0 to 1, for the back-off. */
      readonly chance: number;
    }
  /** The supervisor ended its process. */
  | { readonly type: "ended"; readonly task: string }
  /** It was leaving and no process was, or will be, started for it. */
  | { readonly type: "forgotten"; readonly task: string };

/** A deployment fails when one of its tasks has exited this often before all were healthy. */
const EARLY_EXITS = 3;
/** A task that was healthy for so long starts again without the back-off it had earned before. */
const HEALTHY_AGAIN_MS = 60_000;

export function afterEvent(record: ServiceRecord, event: TaskEvent): ServiceRecord {
  const task = record.tasks.find((each) => each.id === event.task);
  return task ? fitTasks(happened(record, task, event)) : record;
}

function happened(record: ServiceRecord, task: TaskRecord, event: TaskEvent): ServiceRecord {
  switch (event.type) {
    case "started":
      return replace(record, { ...task, process: event.process });
    case "passed": {
      if (task.process?.pid !== event.pid) return record;
      const process = { ...task.process, proven: true, passedAt: event.at };
      return replace(record, { ...task, process });
    }
    case "due":
      return replace(record, { ...task, notBefore: 0 });
    case "timed-out":
      return belongsTo(task, starting(record))
        ? fail(record, task, event.reason)
        : replace(record, { ...task, leaving: true });
    case "exited":
      return task.process?.pid === event.pid ? exited(record, task, event) : record;
    case "ended":
      return task.leaving ? without(record, task) : replace(record, withoutProcess(task));
    case "forgotten":
      return task.leaving && !task.process ? without(record, task) : record;
  }
}

function exited(
  record: ServiceRecord,
  task: TaskRecord,
  event: TaskEvent & { type: "exited" },
): ServiceRecord {
  const passedAt = task.process?.passedAt ?? event.at;
  const failures = event.at - passedAt >= HEALTHY_AGAIN_MS ? 1 : task.failures + 1;
  const after = replace(record, {
    ...withoutProcess(task),
    failures,
    restarts: task.restarts + 1,
    lastExit: { at: event.at, reason: event.reason },
    notBefore: event.at + restartDelayMs(failures, event.chance),
  });
  if (failures < EARLY_EXITS) return after;
  return fail(after, task, `${event.reason} (start ${failures} of ${EARLY_EXITS})`);
}

/** Only a deployment that is still starting can fail; what serves is started again and again. */
function fail(record: ServiceRecord, task: TaskRecord, reason: string): ServiceRecord {
  if (!record.pending || !belongsTo(task, starting(record))) return record;
  const pending = { ...record.pending, state: "failed" as const };
  return { ...record, pending: { ...pending, reason: `${task.id} ${reason}` } };
}

function withoutProcess(task: TaskRecord): TaskRecord {
  const { process: _, ...rest } = task;
  return rest;
}

function replace(record: ServiceRecord, changed: TaskRecord): ServiceRecord {
  const tasks = record.tasks.map((task) => (task.id === changed.id ? changed : task));
  return { ...record, tasks };
}

function without(record: ServiceRecord, gone: TaskRecord): ServiceRecord {
  return { ...record, tasks: record.tasks.filter((task) => task.id !== gone.id) };
}
