import { readFileSync, writeFileSync } from "node:fs";
import Database from "libsql";

/** Another process holds what only one may have at a time. */
export class AlreadyHeld extends Error {
  readonly path: string;
  /** Of the process that holds it, where it is known. */
  readonly pid: number | undefined;

  constructor(path: string, pid: number | undefined) {
    super(`${path} is held by ${pid === undefined ? "another process" : `process ${pid}`}`);
    this.name = "AlreadyHeld";
    this.path = path;
    this.pid = pid;
  }
}

/** The lock is damaged, or the disk is: whether somebody holds it can't be told. */
export class LockUnusable extends Error {
  override readonly name = "LockUnusable";
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(
      `The lock ${path} can't be used: ${cause instanceof Error ? cause.message : cause}. Nothing was started. ` +
        "If the disk is in order and no Verdigris runs here, remove the file: it holds nothing else.",
      { cause },
    );
    this.path = path;
  }
}

export interface Instance {
  release(): void;
}

/**
 * Holds a lock until it is released or the process ends, however it ends. Node offers no file
 * locks; SQLite does, with locks that the kernel drops with their process
 * (https://sqlite.org/lockingv3.html, "EXCLUSIVE"), so that two processes that start at the same
 * time can't both win and a killed one leaves nothing to clear away.
 *
 * @throws AlreadyHeld, LockUnusable
 */
export function holdInstance(path: string): Instance {
  const lock = locked(path);
  const release = () => {
    lock.exec("ROLLBACK");
    lock.close();
  };
  try {
    writeFileSync(pidFile(path), `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    release();
    throw new LockUnusable(path, error);
  }
  return { release };
}

function locked(path: string): Database.Database {
  let lock: Database.Database | undefined;
  try {
    lock = new Database(path, { timeout: 0 });
    lock.exec("PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock?.close();
    if (!/locked|busy/i.test(String(error))) throw new LockUnusable(path, error);
    throw new AlreadyHeld(path, holderOf(path));
  }
}

/** The process that holds the lock, or that held it last. */
export function holderOf(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(pidFile(path), "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function pidFile(path: string): string {
  return `${path}.pid`;
}
