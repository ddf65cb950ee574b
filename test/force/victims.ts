import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CloudClient } from "../../src/adapters/local/cloud/cloud-client.ts";
import { findProcess } from "../../src/cloud/tasks/process-table.ts";
import { visit } from "../support/visit.ts";
import type { Loss, Visit } from "../support/visitors.ts";
import type { CrashWorld } from "./crash-world.ts";

export const VICTIMS = ["operator", "local cloud", "live task", "standby task"] as const;
export type Victim = (typeof VICTIMS)[number];

/** When a process was killed, and when it had gone: epoch milliseconds. */
export interface Killing {
  readonly at: number;
  readonly gone: number;
}

export async function pidOf(world: CrashWorld, victim: Victim): Promise<number> {
  switch (victim) {
    case "operator":
      return world.user.upPid;
    case "local cloud":
      return cloudPid(world);
    case "live task":
      return taskAt(world, "site.test");
    case "standby task":
      return taskAt(world, "standby.site.test");
  }
}

/** The process that validates a branch, as `check.js` told of itself. */
export function builderPid(file: string): number | undefined {
  try {
    return Number(readFileSync(file, "utf8")) || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export async function killed(pid: number): Promise<Killing> {
  const at = Date.now();
  process.kill(pid, "SIGKILL");
  while (findProcess(pid)?.zombie === false) await new Promise((resolve) => setTimeout(resolve, 1));
  return { at, gone: Date.now() };
}

/**
 * The lost visits that the kill does not excuse. A task takes with it what it was answering and can't be
 * sent to another; the local cloud takes the gateway with it until it is back.
 */
export function inexcusable(
  victim: Victim,
  { at, gone }: Killing,
  lost: readonly Loss[],
  visits: readonly Visit[],
): readonly Loss[] {
  switch (victim) {
    case "operator":
      return lost;
    case "local cloud": {
      const back = backAfter(gone, visits);
      return lost.filter((loss) => loss.ended < at || loss.at > back);
    }
    case "live task":
    case "standby task":
      return lost.filter(
        (loss) =>
          loss.ended < at || loss.at > gone || !/^502 .*closed the connection/.test(loss.why),
      );
  }
}

/** When a visit that was begun after this moment was answered first. */
export function backAfter(moment: number, visits: readonly Visit[]): number {
  return Math.min(...visits.filter((one) => one.at >= moment).map(({ answered }) => answered));
}

async function cloudPid({ user }: CrashWorld): Promise<number> {
  const client = new CloudClient(join(user.dataDirectory, "cloud"));
  try {
    return (await client.status()).pid;
  } finally {
    client.close();
  }
}

async function taskAt({ user }: CrashWorld, host: string): Promise<number> {
  const { status, body } = await visit(user.ready?.gateway ?? "", host);
  if (status !== 200) throw new Error(`${host}: ${status} ${body}`);
  return (JSON.parse(body) as { pid: number }).pid;
}
