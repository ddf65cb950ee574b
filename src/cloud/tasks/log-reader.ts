import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { tailOf } from "./log-tail.ts";
import { orIfMissing } from "./or-if-missing.ts";

const MOST_LINES = 10_000;
const LOG_FILE = /\.log$/;

/**
 * The last lines of all the tasks whose files are in these folders, oldest first as far as files
 * tell: the task that wrote last comes last. When they hold more than asked for, each task gets
 * its share, so that a talkative one doesn't hide the others.
 *
 * @param lines at most 10,000
 */
export async function lastLogLines(
  folders: readonly string[],
  lines: number,
): Promise<readonly string[]> {
  const wanted = Math.min(lines, MOST_LINES);
  const files = (await Promise.all(folders.map(logFiles))).flat();
  files.sort((a, b) => a.modified - b.modified);
  const tails = await Promise.all(files.map(({ path }) => tailOverRotations(path, wanted)));
  const shares = fairShares(
    tails.map((tail) => tail.length),
    wanted,
  );
  return tails.flatMap((tail, i) => tail.slice(tail.length - (shares[i] ?? 0)));
}

/** Deals `total` out so that nobody gets more than `wanted`, and nobody less than a greedier one. */
export function fairShares(wanted: readonly number[], total: number): readonly number[] {
  const shares = wanted.map(() => 0);
  let left = total;
  const modestFirst = wanted.map((want, index) => ({ want, index }));
  modestFirst.sort((a, b) => a.want - b.want);
  modestFirst.forEach(({ want, index }, served) => {
    const share = Math.min(want, Math.ceil(left / (wanted.length - served)));
    shares[index] = share;
    left -= share;
  });
  return shares;
}

async function tailOverRotations(file: string, lines: number): Promise<readonly string[]> {
  let found = await tailOf(file, lines);
  for (let number = 1; found.length < lines; number++) {
    const older = await tailOf(`${file}.${number}`, lines - found.length);
    if (older.length === 0) break;
    found = [...older, ...found];
  }
  return found;
}

async function logFiles(folder: string) {
  const names = await orIfMissing<string[]>(readdir(folder), []);
  const paths = names.filter((name) => LOG_FILE.test(name)).map((name) => join(folder, name));
  return Promise.all(paths.map(async (path) => ({ path, modified: (await stat(path)).mtimeMs })));
}
