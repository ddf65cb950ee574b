import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** What the operating system says about a process. */
export interface ProcessEntry {
  readonly pid: number;
  readonly group: number;
  /** It has ended, and its parent hasn't asked for its exit code yet. */
  readonly zombie: boolean;
  /** Tells it from a later process with the same pid. */
  readonly identity: string;
}

const onLinux = process.platform === "linux";
const bootId = onLinux ? readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim() : "";

/**
 * The process with this pid, or undefined. Identity is the start time: on Linux in clock ticks with
 * the id of the boot they count from, elsewhere as `ps` shows it, to the second.
 */
export function findProcess(pid: number): ProcessEntry | undefined {
  return onLinux ? fromProc(pid) : fromPs(pid);
}

/** Every process of this machine that may be looked at; on systems other than Linux none. */
export function allProcesses(): readonly ProcessEntry[] {
  if (!onLinux) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => fromProc(Number(name)))
    .filter((entry) => entry !== undefined);
}

/**
 * The environment a process was started with. Undefined when it is gone, is another user's, or the
 * system isn't Linux.
 */
export function environmentOf(pid: number): ReadonlyMap<string, string> | undefined {
  if (!onLinux) return undefined;
  const text = readOrGone(`/proc/${pid}/environ`);
  if (text === undefined) return undefined;
  return new Map(
    text.split("\0").map((entry) => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

/**
 * /proc/<pid>/stat, proc_pid_stat(5): the second field is the file name in parentheses, which may
 * hold spaces and parentheses itself; 3 is the state, 5 the process group, 22 the start time.
 */
function fromProc(pid: number): ProcessEntry | undefined {
  const stat = readOrGone(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, , group] = fields ?? [];
  if (state === undefined || state === "X") return undefined;
  return {
    pid,
    group: Number(group),
    zombie: state === "Z",
    identity: `${bootId}:${fields?.[19]}`,
  };
}

function fromPs(pid: number): ProcessEntry | undefined {
  const columns = ["-o", "pgid=", "-o", "stat=", "-o", "lstart="];
  const { stdout } = spawnSync("ps", [...columns, "-p", String(pid)], {
    encoding: "utf8",
    timeout: 5_000,
    env: { ...process.env, LC_ALL: "C" },
  });
  const [, group, state, started] = /^\s*(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(stdout ?? "") ?? [];
  if (state === undefined || started === undefined) return undefined;
  return { pid, group: Number(group), zombie: state.startsWith("Z"), identity: started };
}

const GONE_OR_FOREIGN = ["ENOENT", "ESRCH", "EACCES", "EPERM"];

function readOrGone(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (GONE_OR_FOREIGN.includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
