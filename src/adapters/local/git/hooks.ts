import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../../../machine/durable-file.ts";

export interface HookSettings {
  /** The program that answers `git-hook pre-receive|post-receive`: absolute paths, then arguments. */
  readonly command: readonly string[];
}

/**
 * Writes the repository's hooks. Repeat it at each start: the program may have moved. A hook whose
 * program is gone exits with a failure, and git then refuses the push.
 */
export async function installHooks(repository: string, settings: HookSettings): Promise<void> {
  const folder = join(repository, "hooks");
  await mkdir(folder, { recursive: true });
  for (const hook of ["pre-receive", "post-receive"]) {
    const words = [...settings.command, "git-hook", hook].map(quoteForShell);
    await replaceFile(join(folder, hook), `#!/bin/sh\nexec ${words.join(" ")}\n`, 0o755);
  }
}

function quoteForShell(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
