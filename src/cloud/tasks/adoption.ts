import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { readIfPresent, replaceFile } from "../../machine/durable-file.ts";
import { findRunning } from "./find-running.ts";
import { markedProcesses } from "./marked-processes.ts";
import { endGroup, type GroupLeader } from "./process-group.ts";
import { loadRecords } from "./record-files.ts";
import { ServiceDriver } from "./service-driver.ts";
import type { Surroundings } from "./surroundings.ts";
import { taskMarker } from "./task-environment.ts";

/** What a supervisor begins with. */
export interface Adopted {
  /** By the service's name. */
  readonly drivers: Map<string, ServiceDriver>;
  /** Processes that carry a marker of this data directory and belong to no task. */
  readonly strays: readonly GroupLeader[];
}

/** How long a stray gets between SIGTERM and SIGKILL. */
const STRAY_GRACE_MS = 10_000;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The name of this data directory in the markers of its tasks; made up on the first start, and again where
 * the file is damaged: tasks that are on record are found by their processes all the same.
 */
export async function instanceOf(directory: string): Promise<string> {
  const file = join(directory, "instance");
  const known = (await readIfPresent(file))?.trim();
  if (known !== undefined && UUID.test(known)) return known;
  const instance = randomUUID();
  await replaceFile(file, `${instance}\n`);
  return instance;
}

/** Resolves when every service has been opened with those of its processes that still run. */
export async function adoptServices(world: Surroundings): Promise<Adopted> {
  const { instance, recordsFolder } = world;
  const records = await loadRecords(recordsFolder);
  const marked = markedProcesses(instance, world.now());
  const drivers = new Map<string, ServiceDriver>();
  const claimed = new Set<string>();
  const opened = records.map((record) => {
    const { service } = record;
    const running = findRunning(record, instance, marked);
    for (const task of running.keys()) claimed.add(taskMarker(instance, service, task));
    const driver = new ServiceDriver(service, world, record);
    drivers.set(service, driver);
    return driver.open(running);
  });
  try {
    await Promise.all(opened);
  } catch (error) {
    await Promise.all([...drivers.values()].map((driver) => driver.close()));
    throw error;
  }
  const strays = marked.filter(({ marker }) => !claimed.has(marker));
  return { drivers, strays: strays.map(({ process }) => process) };
}

/** Resolves when all have ended, or the signal aborts. */
export async function endStrays(
  strays: readonly GroupLeader[],
  world: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  const ends = strays.map(async (stray) => {
    try {
      await endGroup(stray, STRAY_GRACE_MS, signal);
    } catch (error) {
      world.report(`Process ${stray.pid} belongs to no task and can't be ended: ${error}`);
    }
  });
  await Promise.all(ends);
}
