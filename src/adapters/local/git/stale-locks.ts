import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** Git holds these locks for milliseconds; what is this old was left by a process that was killed. */
const staleAfterMs = 10 * 60_000;

/** Removes the locks on refs and configuration that a killed git left: each blocks its ref for good. */
export async function removeStaleLocks(repository: string): Promise<void> {
  const entries = [
    ...(await readdir(repository)),
    ...(await readdir(join(repository, "refs"), { recursive: true })).map((e) => join("refs", e)),
  ];
  for (const entry of entries.filter((name) => name.endsWith(".lock"))) {
    const path = join(repository, entry);
    const lock = await stat(path).catch(() => undefined);
    // One from the future was left too: the clock was set back since.
    const isStale = lock?.isFile() && Math.abs(Date.now() - lock.mtimeMs) > staleAfterMs;
    if (isStale) await rm(path, { force: true });
  }
}
