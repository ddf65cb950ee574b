import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Mounts, says so, and stays for as long as somebody listens. */
const KEEPER = 'mount -t tmpfs -o "size=$2" none "$1" && echo mounted && exec cat';

/**
 * A file system of a few megabytes in the place of one folder, for those alone who go `through` it. It
 * is a tmpfs in a mount namespace (mount_namespaces(7)) of a user namespace, which takes no privilege.
 */
export class SmallDisk {
  readonly #folder: string;
  readonly #keeper: ChildProcess;

  private constructor(folder: string, keeper: ChildProcess) {
    this.#folder = folder;
    this.#keeper = keeper;
  }

  /** @throws Error where the system makes no such namespaces */
  static async at(folder: string, megabytes: number): Promise<SmallDisk> {
    mkdirSync(folder, { recursive: true });
    const keeper = spawn(
      "unshare",
      ["--user", "--map-root-user", "--mount", "sh", "-c", KEEPER, "sh", folder, `${megabytes}m`],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    const mounted = await Promise.race([
      once(keeper.stdout, "data").then(() => true),
      once(keeper, "exit").then(() => false),
    ]);
    if (!mounted) throw new Error("no small disk: unshare and mount don't work here as this user");
    return new SmallDisk(folder, keeper);
  }

  /** What stands behind it runs where the folder is the small disk, with this working directory. */
  through(directory: string): readonly string[] {
    const target = ["--target", String(this.#keeper.pid)];
    const enter = ["nsenter", ...target, "--user", "--preserve-credentials", "--mount"];
    return [...enter, "sh", "-c", 'cd "$0" && exec "$@"', directory];
  }

  /** A path on the disk as those outside may open it. */
  path(...parts: readonly string[]): string {
    return join(`/proc/${this.#keeper.pid}/root`, this.#folder, ...parts);
  }

  /** Fills it to the last octet. */
  fill(): void {
    const file = openSync(this.path("filling"), "a");
    for (let size = 65_536; size >= 1; size = Math.floor(size / 16)) {
      while (wrote(file, Buffer.alloc(size)));
    }
    closeSync(file);
  }

  free(): void {
    rmSync(this.path("filling"));
  }

  /** The disk is gone with the last process that went through it. */
  close(): void {
    this.#keeper.kill();
  }
}

function wrote(file: number, content: Buffer): boolean {
  try {
    return writeSync(file, content) === content.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") return false;
    throw error;
  }
}
