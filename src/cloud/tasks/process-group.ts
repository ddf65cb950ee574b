import { pause } from "./pause.ts";
import { allProcesses, findProcess } from "./process-table.ts";

/** A process that leads a group of its own, and everything it started. */
export interface GroupLeader {
  readonly pid: number;
  readonly identity: string;
}

const POLL_MS = 25;
/** A process in an uninterruptible call dies when the call returns; it isn't waited for longer. */
const AFTER_KILL_MS = 2_000;

export function leaderRuns(leader: GroupLeader): boolean {
  const found = findProcess(leader.pid);
  return found !== undefined && !found.zombie && found.identity === leader.identity;
}

/**
 * Whether any process of the group still runs. A pid isn't given to another process while a group
 * has it as its id (POSIX.1-2017 base definitions, 4.14 Process ID Reuse), so with the leader
 * gone the group is still the same, and with another process in its place the group is gone.
 */
export function groupRuns(leader: GroupLeader): boolean {
  const found = findProcess(leader.pid);
  if (found && found.identity !== leader.identity) return false;
  if (found && !found.zombie) return true;
  if (!send(leader.pid, 0)) return false;
  if (process.platform !== "linux") return true;
  return allProcesses().some((entry) => entry.group === leader.pid && !entry.zombie);
}

/** Sends to every process of the group; a group that is gone gets nothing. */
export function signalGroup(leader: GroupLeader, signal: NodeJS.Signals): void {
  if (groupRuns(leader)) send(leader.pid, signal);
}

/** SIGTERM, and SIGKILL when the grace is over. When the signal aborts it is left at that. */
export async function endGroup(
  leader: GroupLeader,
  graceMs: number,
  signal?: AbortSignal,
): Promise<void> {
  signalGroup(leader, "SIGTERM");
  if ((await groupGone(leader, graceMs, signal)) || signal?.aborted) return;
  signalGroup(leader, "SIGKILL");
  await groupGone(leader, AFTER_KILL_MS, signal);
}

async function groupGone(
  leader: GroupLeader,
  withinMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (groupRuns(leader)) {
    if (performance.now() >= deadline || signal?.aborted) return false;
    await pause(POLL_MS, signal);
  }
  return true;
}

/** Resolves when the leader has ended, or the signal aborts. */
export async function leaderEnded(
  leader: GroupLeader,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (leaderRuns(leader) && !signal.aborted) await pause(everyMs, signal);
}

function send(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // macOS answers EPERM for a group in which only zombies are left.
    if (code === "ESRCH" || code === "EPERM") return false;
    throw error;
  }
}
