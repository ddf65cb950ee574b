import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { withDeadline } from "../../../machine/deadline.ts";
import { LineSplitter } from "./bounded-lines.ts";

export interface ShellCommand {
  /** Run by `sh -c`. */
  readonly command: string;
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

export type CommandOutcome =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "killed"; readonly by: NodeJS.Signals }
  | { readonly kind: "timed-out" }
  | { readonly kind: "aborted" }
  | { readonly kind: "not-started"; readonly why: string };

/**
 * The command's process group holds a guard that waits for descriptor 3 to close: when whoever
 * started the command dies, even by SIGKILL, the guard ends the whole group. As long as the guard
 * lives no other group can get this group's number.
 */
const guarded = '{ cat <&3; kill -KILL 0; } >/dev/null 2>&1 & exec 3<&-; exec sh -c "$1"';

/** How long output may stay open after the end, by a process that left the group. */
const outputDeadlineMs = 2_000;

/** Runs the command and ends, with it, every process that it started and left behind. */
export async function runCommand(command: ShellCommand): Promise<CommandOutcome> {
  if (command.signal.aborted) return { kind: "aborted" };
  const child = spawn("sh", ["-c", guarded, "sh", command.command], {
    cwd: command.directory,
    env: command.environment,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const splitters = streams.map((stream) => forwardLines(stream, command.log));
  const closed = once(child, "close").then(
    () => undefined,
    () => undefined,
  );
  const outcome = await withDeadline(command.timeoutMs, command.signal, async (stop) => {
    stop.addEventListener("abort", () => killGroup(child));
    const end = await endOf(child);
    if (!stop.aborted) return end;
    return { kind: command.signal.aborted ? "aborted" : "timed-out" } as const;
  });
  killGroup(child);
  const deadline = setTimeout(() => {
    for (const stream of streams) stream.destroy();
  }, outputDeadlineMs);
  await closed;
  clearTimeout(deadline);
  for (const splitter of splitters) splitter.end();
  return outcome;
}

function endOf(child: ChildProcess): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ kind: "not-started", why: error.message }));
    child.once("exit", (code, by) =>
      resolve(by === null ? { kind: "exited", code: code ?? 0 } : { kind: "killed", by }),
    );
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function forwardLines(stream: Readable, log: (line: string) => void): LineSplitter {
  const splitter = new LineSplitter(log);
  stream.setEncoding("utf8").on("data", (text: string) => splitter.write(text));
  return splitter;
}
