import { existsSync } from "node:fs";
import { CloudClient } from "../../adapters/local/cloud/cloud-client.ts";
import { Problem } from "../../cli/problem.ts";
import type { Clock } from "../../cli/surroundings.ts";
import { holdDirectory } from "../../cloud/hold-directory.ts";
import { endLeftTasks } from "../../cloud/tasks/end-left-tasks.ts";
import { AlreadyHeld, holdInstance } from "../../machine/single-instance.ts";
import type { Layout } from "./layout.ts";

/** An operator finishes the step it is in; tasks may drain for as long as their grace. */
const OPERATOR_DEADLINE_MS = 30_000;
const CLOUD_DEADLINE_MS = 120_000;

/**
 * Ends the operator, the local cloud and the apps' tasks, whichever of them run. `cloud` tells of the
 * local cloud and of tasks alike.
 */
export async function stopMachine(
  layout: Layout,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ readonly operator: boolean; readonly cloud: boolean }> {
  const operator = await stopOperator(layout, clock, signal);
  const client = new CloudClient(layout.cloud);
  try {
    const running = () =>
      client.status().then(
        () => true,
        () => false,
      );
    if (!(await running())) return { operator, cloud: await endTasks(layout, signal) };
    await client.stop("stop");
    await until(
      async () => !(await running()),
      "the local cloud",
      CLOUD_DEADLINE_MS,
      clock,
      signal,
    );
    return { operator, cloud: true };
  } finally {
    await client.close();
  }
}

/** Tasks outlive a local cloud that was killed; nobody but `down` would end them then. */
async function endTasks(layout: Layout, signal: AbortSignal): Promise<boolean> {
  if (!existsSync(layout.cloud)) return false;
  const held = await holdDirectory(layout.cloud);
  try {
    return (await endLeftTasks(layout.cloud, signal)) > 0;
  } finally {
    held.release();
  }
}

async function stopOperator(layout: Layout, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const path = layout.operatorLock;
  const holder = holderNow(path);
  if (!holder) return false;
  if (holder.pid !== undefined) process.kill(holder.pid, "SIGTERM");
  const gone = async () => holderNow(path) === undefined;
  await until(gone, "the operator", OPERATOR_DEADLINE_MS, clock, signal);
  return true;
}

function holderNow(path: string): AlreadyHeld | undefined {
  if (!existsSync(path)) return undefined;
  try {
    holdInstance(path).release();
    return undefined;
  } catch (error) {
    if (error instanceof AlreadyHeld) return error;
    throw error;
  }
}

async function until(
  reached: () => Promise<boolean>,
  what: string,
  longestMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const deadline = clock.elapsed() + longestMs;
  while (!(await reached())) {
    if (clock.elapsed() > deadline) {
      throw new Problem("notYet", `${what} has not ended within ${longestMs / 1000} s.`);
    }
    await clock.sleep(50, signal);
  }
}
