import { fitTasks } from "./fit-tasks.ts";
import type { ProcessRecord, ServiceRecord, TaskRecord } from "./service-record.ts";

/**
 * What a new supervisor makes of the record it found: `running` are the processes that are still
 * there, by task id. They have to pass the health gate again, missing ones are started at once,
 * and a deployment that was starting has its whole time once more.
 */
export function adopted(
  record: ServiceRecord,
  running: ReadonlyMap<string, ProcessRecord>,
  now: number,
): ServiceRecord {
  const { pending } = record;
  return fitTasks({
    ...record,
    ...(pending && { pending: { ...pending, since: now } }),
    tasks: record.tasks.map((task) => adoptedTask(task, running.get(task.id))),
  });
}

function adoptedTask(task: TaskRecord, running: ProcessRecord | undefined): TaskRecord {
  const { process: _, ...rest } = { ...task, notBefore: 0 };
  if (!running) return rest;
  const { passedAt: __, ...process } = running;
  return { ...rest, process };
}
