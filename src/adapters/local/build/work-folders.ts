import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Folders that builds work in, `<pid>-<start of that process>-<unique>`: the name tells whether
 * the process that made it still runs, where process ids are used again too (a container's first process is
 * always 1).
 */
export class WorkFolders {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  /** Removes what builds left that were killed; what can't be removed now stays until the next start. */
  static async open(root: string): Promise<WorkFolders> {
    await mkdir(root, { recursive: true, mode: 0o700 });
    const leftovers = (await readdir(root)).filter((name) => !isInUse(name));
    await Promise.allSettled(leftovers.map((name) => removeTree(join(root, name))));
    return new WorkFolders(root);
  }

  /** Lends an empty folder for as long as `work` takes. */
  async lend<Result>(
    work: (folder: string) => Promise<Result>,
    log: (line: string) => void,
  ): Promise<Result> {
    const folder = join(this.#root, `${thisProcess}-${randomUUID()}`);
    await mkdir(folder);
    try {
      return await work(folder);
    } finally {
      await removeTree(folder).catch((error: Error) =>
        log(`[${folder} could not be removed: ${error.message}]`),
      );
    }
  }
}

const thisProcess = `${process.pid}-${Math.round(performance.timeOrigin)}`;

function removeTree(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 3 });
}

function isInUse(name: string): boolean {
  const pid = Number(/^(\d+)-/.exec(name)?.[1] ?? 0);
  if (pid === process.pid) return name.startsWith(`${thisProcess}-`);
  return pid > 0 && isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
