import { existsSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * Puts this installation's TypeScript, where it has one, above the folders in which the sample app
 * is built, so that its build needs no network.
 */
export async function lendCompiler(directory: string): Promise<void> {
  const link = join(directory, "node_modules");
  if (existsSync(link)) return;
  const compiler = packageFolder("typescript");
  if (compiler === undefined) return;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await symlink(dirname(compiler), link);
}

function packageFolder(name: string): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}
