import type { GroupLeader } from "./process-group.ts";
import { allProcesses, environmentOf, findProcess } from "./process-table.ts";
import type { ProcessRecord } from "./service-record.ts";
import { TASK_MARKER } from "./task-environment.ts";

/** A process that carries a task's marker and leads its group. */
export interface MarkedProcess {
  readonly marker: string;
  readonly process: ProcessRecord;
}

/**
 * The processes of this data directory's tasks. It finds those that were started in the instant
 * before a supervisor was killed, whose pid nobody wrote down. Only Linux shows the environment of
 * other processes; elsewhere such a process stays unknown until somebody ends it.
 */
export function markedProcesses(instance: string, now: number): readonly MarkedProcess[] {
  return allProcesses().flatMap(({ pid, group, identity, zombie }) => {
    const environment = pid === group && !zombie ? environmentOf(pid) : undefined;
    const marker = environment?.get(TASK_MARKER);
    if (!marker?.startsWith(`${instance}:`)) return [];
    const port = Number(environment?.get("PORT"));
    return [{ marker, process: { pid, identity, port, startedAt: now, proven: false } }];
  });
}

/** The groups in which processes with this marker run. None is known on systems other than Linux. */
export function markedGroups(marker: string): readonly GroupLeader[] {
  const groups = allProcesses()
    .filter(({ pid, zombie }) => !zombie && environmentOf(pid)?.get(TASK_MARKER) === marker)
    .map(({ group }) => group);
  return [...new Set(groups)].map((group) => ({
    pid: group,
    identity: findProcess(group)?.identity ?? "",
  }));
}
