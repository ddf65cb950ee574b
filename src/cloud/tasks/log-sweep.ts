import { createReadStream, createWriteStream } from "node:fs";
import { readdir, rename, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { orIfMissing } from "./or-if-missing.ts";
import type { ServiceRecord } from "./service-record.ts";
import type { TaskLogs } from "./task-logs.ts";

export interface LogLimits {
  /** A file larger than this is rotated; of one that grows fast, its end of this size is kept. */
  readonly bytes: number;
  /** Rotated files kept beside each file. */
  readonly rotated: number;
  /** Tasks of a deployment that are gone and whose files are kept. */
  readonly goneTasks: number;
  /** Deployments that have no tasks any more and whose folders are kept. */
  readonly goneDeployments: number;
}

export const LOG_LIMITS: LogLimits = {
  bytes: 10 * 1024 * 1024,
  rotated: 3,
  goneTasks: 10,
  goneDeployments: 5,
};

/** Rotates what has grown too large, and removes the oldest of what no task writes to any more. */
export async function sweepLogs(
  logs: TaskLogs,
  record: ServiceRecord,
  limits: LogLimits,
): Promise<void> {
  const files = new Set(record.tasks.map((task) => logs.fileOf(record.service, task)));
  for (const file of files) await rotate(file, limits);

  const taskFolders = record.tasks.map(({ deploymentId, revision }) =>
    logs.deploymentFolder(record.service, deploymentId, revision),
  );
  const inUse = new Set([...taskFolders, ...logs.newestFolders(record)]);
  const serviceFolder = logs.serviceFolder(record.service);
  await removeOldest(await entriesOf(serviceFolder), inUse, limits.goneDeployments);
  for (const folder of inUse) {
    const gone = (await entriesOf(folder)).filter((path) => !files.has(path.replace(/\.\d+$/, "")));
    await removeOldest(gone, files, limits.goneTasks);
  }
}

/**
 * By copying its end and truncating, as the task keeps the file open for as long as it runs. What it
 * writes between the two is lost (logrotate(8), copytruncate). It appends (O_APPEND), so its next
 * line stands at the start.
 */
async function rotate(file: string, { bytes, rotated }: LogLimits): Promise<void> {
  const { size } = await statusOf(file);
  if (size <= bytes) return;
  for (let number = rotated - 1; number > 0; number--) {
    const older = `${file}.${number}`;
    if ((await statusOf(older)).size > 0) await rename(older, `${file}.${number + 1}`);
  }
  if (rotated > 0) {
    // Also what is written meanwhile, but for ever behind a fast writer it is not read.
    const end = createReadStream(file, { start: size - bytes, end: size + bytes });
    await pipeline(end, createWriteStream(`${file}.1`, { mode: 0o600 }));
  }
  await truncate(file, 0);
}

async function removeOldest(
  paths: readonly string[],
  inUse: ReadonlySet<string>,
  kept: number,
): Promise<void> {
  const unused = paths.filter((path) => !inUse.has(path));
  const dated = await Promise.all(
    unused.map(async (path) => ({ path, modified: (await statusOf(path)).modified })),
  );
  dated.sort((a, b) => b.modified - a.modified);
  for (const { path } of dated.slice(kept)) await rm(path, { recursive: true, force: true });
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  const names = await orIfMissing<string[]>(readdir(folder), []);
  return names.map((name) => join(folder, name));
}

async function statusOf(path: string): Promise<{ size: number; modified: number }> {
  const found = stat(path).then(({ size, mtimeMs }) => ({ size, modified: mtimeMs }));
  return orIfMissing(found, { size: 0, modified: 0 });
}
