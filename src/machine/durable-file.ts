import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Makes the name of what is written beside a file its own, also for two at once in one process. */
let replacements = 0;

/**
 * Replaces a file's content so that, whatever is killed whenever, the file holds either the old
 * content or the new: written beside it, synced, renamed over it, and the folder synced too
 * (rename alone is not durable: fsync(2), "Calling fsync() does not necessarily ensure that the
 * entry in the directory containing the file has also reached disk").
 */
export async function replaceFile(path: string, content: string, mode = 0o600): Promise<void> {
  replacements += 1;
  const beside = `${path}.${process.pid}-${replacements}.new`;
  const file = await open(beside, "w", mode);
  try {
    await file.writeFile(content);
    await file.sync();
    await file.close();
    await rename(beside, path);
  } catch (error) {
    await file.close();
    await rm(beside, { force: true });
    throw error;
  }
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The file's text, or undefined when there is no such file. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
