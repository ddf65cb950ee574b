import { existsSync } from "node:fs";
import { join } from "node:path";
import { instanceOf } from "./adoption.ts";
import { markedProcesses } from "./marked-processes.ts";
import { endGroup, type GroupLeader, groupRuns } from "./process-group.ts";
import { loadRecords } from "./record-files.ts";

/** For a process that no task's record knows. */
const STRAY_GRACE_MS = 10_000;

/**
 * Ends the tasks that run on while no supervisor has the data directory; the caller holds it. What
 * was wished for is kept, so that the next supervisor starts them again. Returns how many there were.
 */
export async function endLeftTasks(directory: string, signal: AbortSignal): Promise<number> {
  const folder = join(directory, "services");
  if (!existsSync(folder)) return 0;
  const left = new Map<number, { readonly leader: GroupLeader; readonly graceMs: number }>();
  for (const { process } of markedProcesses(await instanceOf(directory), Date.now())) {
    left.set(process.pid, { leader: process, graceMs: STRAY_GRACE_MS });
  }
  for (const { tasks } of await loadRecords(folder)) {
    for (const { process, graceSeconds } of tasks) {
      if (!process || !groupRuns(process)) continue;
      left.set(process.pid, { leader: process, graceMs: graceSeconds * 1000 });
    }
  }
  await Promise.all(
    [...left.values()].map(({ leader, graceMs }) => endGroup(leader, graceMs, signal)),
  );
  return left.size;
}
