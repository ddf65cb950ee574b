import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Replaces a file's content so that, whatever is killed whenever, the file holds either the old
 * content or the new: written beside it, synced, renamed over it, and the folder synced too
 * (rename alone is not durable: fsync(2), "Calling fsync() does not necessarily ensure that the
 * entry in the directory containing the file has also reached disk").
 */
export async function replaceFile(path: string, content: string, mode = 0o600): Promise<void> {
  const beside = `${path}.${process.pid}.new`;
  const file = await open(beside, "w", mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
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
