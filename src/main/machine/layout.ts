import { chmod, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DATA_LAYOUT, layoutMark } from "../../cli/data-layout.ts";
import { Problem } from "../../cli/problem.ts";
import { readIfPresent, replaceFile } from "../../machine/durable-file.ts";

/** Where everything of one machine's Verdigris is. */
export interface Layout {
  readonly directory: string;
  readonly database: string;
  /** The local cloud's own folder, with its control socket. */
  readonly cloud: string;
  readonly repositories: string;
  readonly builds: string;
  readonly logs: string;
  readonly settings: string;
  readonly client: string;
  /** Held by the operator that runs. */
  readonly operatorLock: string;
  readonly operatorLog: string;
  readonly cloudLog: string;
}

export function layoutOf(directory: string): Layout {
  const root = resolve(directory);
  return {
    directory: root,
    database: join(root, "verdigris.db"),
    cloud: join(root, "cloud"),
    repositories: join(root, "git"),
    builds: join(root, "build"),
    logs: join(root, "logs", "runs"),
    settings: join(root, "machine.json"),
    client: join(root, "client.json"),
    operatorLock: join(root, "operator.lock"),
    operatorLog: join(root, "logs", "operator.log"),
    cloudLog: join(root, "logs", "cloud.log"),
  };
}

/** Makes the folders, for their owner alone, and keeps them out of the app's repository. */
export async function prepareLayout(layout: Layout): Promise<void> {
  try {
    for (const folder of [layout.directory, layout.cloud, layout.repositories, layout.logs]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
    }
    await chmod(layout.directory, 0o700);
    await writeUnlessThere(join(layout.directory, ".gitignore"), "*\n");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Problem(
      "failed",
      `${layout.directory} can't be used as the data directory (${code ?? message}); nothing was started. Make it writable, or name another with --data-dir.`,
    );
  }
}

/** Never truncates what is there, which a full disk would leave empty. */
async function writeUnlessThere(path: string, text: string): Promise<void> {
  if ((await readIfPresent(path)) !== text) await replaceFile(path, text);
}

/**
 * Marks the directory with its layout. Done when everything is made, so that what is missing in a
 * marked directory is lost and not new.
 */
export function markLayout({ directory }: Layout): Promise<void> {
  return replaceFile(layoutMark(directory), `${JSON.stringify({ layout: DATA_LAYOUT })}\n`);
}

export function repositoryPath(layout: Layout, app: string): string {
  return join(layout.repositories, `${app}.git`);
}
