import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Target, TargetGroup } from "../target-group.ts";
import { markedProcesses } from "./marked-processes.ts";
import { groupRuns, signalGroup } from "./process-group.ts";

const LONGEST_MS = 20_000;
const POLL_MS = 15;

/** Waits until the condition gives a value; says what it waited for when that takes too long. */
export async function until<Value>(
  what: string,
  condition: () => Value | false | undefined | Promise<Value | false | undefined>,
): Promise<Value> {
  const deadline = performance.now() + LONGEST_MS;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Keeps the targets, and what happened to them in order. */
export class RecordingTargets implements TargetGroup {
  readonly present = new Map<string, Target>();
  readonly history: string[] = [];

  add(target: Target): void {
    this.present.set(target.id, target);
    this.history.push(`add ${target.id}`);
  }

  async remove(id: string, _deadlineMs: number): Promise<void> {
    this.present.delete(id);
    this.history.push(`remove ${id}`);
  }
}

/** What runs of a data directory's tasks, whoever knows of it. */
export async function processesOf(directory: string) {
  const instance = (await readFile(join(directory, "instance"), "utf8")).trim();
  return markedProcesses(instance, 0).map(({ process }) => process);
}

/** Ends whatever a test has left running. */
export async function endAll(directory: string): Promise<void> {
  for (const process of await processesOf(directory)) {
    signalGroup(process, "SIGKILL");
    await until(`the end of ${process.pid}`, () => !groupRuns(process));
  }
}
