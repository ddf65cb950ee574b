import { markedGroups } from "./marked-processes.ts";
import { endGroup, type GroupLeader, signalGroup } from "./process-group.ts";

/**
 * Ends a task's process group, and what its processes started in groups or sessions of their own:
 * SIGTERM, and SIGKILL when the grace is over. When the signal aborts it is left at that.
 */
export async function endTask(
  leader: GroupLeader,
  marker: string,
  graceMs: number,
  signal: AbortSignal,
): Promise<void> {
  const groups = groupsOf(leader, marker);
  await Promise.all(groups.map((group) => endGroup(group, graceMs, signal)));
  if (!signal.aborted) killTask(leader, marker);
}

/** Ends at once what a task has left behind: nobody would look after it. */
export function killTask(leader: GroupLeader, marker: string): void {
  for (const group of groupsOf(leader, marker)) signalGroup(group, "SIGKILL");
}

function groupsOf(leader: GroupLeader, marker: string): readonly GroupLeader[] {
  return [leader, ...markedGroups(marker).filter(({ pid }) => pid !== leader.pid)];
}
