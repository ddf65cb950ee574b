import type { MarkedProcess } from "./marked-processes.ts";
import { groupRuns, leaderRuns, signalGroup } from "./process-group.ts";
import type { ProcessRecord, ServiceRecord, TaskRecord } from "./service-record.ts";
import { taskMarker } from "./task-environment.ts";

/**
 * The processes of a service's tasks that still run, by task: those written down, and those that
 * carry a task's marker while nothing is written down for it yet. What is left of the group of
 * a process that ended meanwhile is ended too.
 */
export function findRunning(
  record: ServiceRecord,
  instance: string,
  marked: readonly MarkedProcess[],
): ReadonlyMap<string, ProcessRecord> {
  const unwritten = (task: TaskRecord) => {
    const marker = taskMarker(instance, record.service, task.id);
    return marked.find((each) => each.marker === marker)?.process;
  };
  const running = new Map<string, ProcessRecord>();
  for (const task of record.tasks) {
    const process = task.process ?? unwritten(task);
    if (process && leaderRuns(process)) running.set(task.id, process);
    else if (process && groupRuns(process)) signalGroup(process, "SIGKILL");
  }
  return running;
}
