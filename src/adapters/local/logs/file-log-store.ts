import { mkdir, open, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LogName, LogStore } from "../../../ports/log-store.ts";
import { type Position, readLines } from "./read-lines.ts";

/** How many logs' last read positions are remembered. */
const rememberedLogs = 100;

/** Every job's log is a file, `<directory>/<app>/<run>/<job>.log`, that only grows. */
export class FileLogStore implements LogStore {
  readonly #directory: string;
  /** By path: the end of the writes in progress, so that lines keep the order of calls. */
  readonly #writing = new Map<string, Promise<void>>();
  /** By path, longest unread first: where the last read ended, for who follows a log. */
  readonly #positions = new Map<string, Position>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  async append(log: LogName, lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const path = this.locate(log);
    const text = lines.map((line) => `${line.replaceAll(/[\r\n]+/g, " ")}\n`).join("");
    const before = this.#writing.get(path) ?? Promise.resolve();
    const write = before.catch(() => undefined).then(() => appendLines(path, text));
    this.#writing.set(path, write);
    try {
      await write;
    } finally {
      if (this.#writing.get(path) === write) this.#writing.delete(path);
    }
  }

  async read(log: LogName, fromLine: number, limit: number): Promise<readonly string[]> {
    const path = this.locate(log);
    const known = this.#positions.get(path);
    const start = known && known.line <= fromLine ? known : { line: 0, offset: 0 };
    const { lines, end } = await readLines(path, start, fromLine, limit);
    this.#remember(path, end);
    return lines;
  }

  locate({ app, run, job }: LogName): string {
    if (!Number.isSafeInteger(run)) throw new RangeError(`not a run's number: ${run}`);
    return join(this.#directory, fileName(app), String(run), `${fileName(job)}.log`);
  }

  /** Removes all but the newest `keepRuns` runs of every app. */
  async prune(keepRuns: number): Promise<void> {
    for (const app of await namesIn(this.#directory)) {
      const runs = (await namesIn(join(this.#directory, app))).filter((run) => /^\d+$/.test(run));
      runs.sort((a, b) => Number(b) - Number(a));
      for (const run of runs.slice(keepRuns)) {
        await rm(join(this.#directory, app, run), { recursive: true, force: true });
      }
    }
  }

  #remember(path: string, position: Position): void {
    this.#positions.delete(path);
    this.#positions.set(path, position);
    const [oldest] = this.#positions.keys();
    if (this.#positions.size > rememberedLogs && oldest !== undefined) {
      this.#positions.delete(oldest);
    }
  }
}

/** Distinct names give distinct file names, none of which can lead out of its folder. */
function fileName(name: string): string {
  return encodeURIComponent(name).replace(/^\./, "%2E") || "%";
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** A process that was killed while it wrote may have left half a line, without its end. */
async function appendLines(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, "a+", 0o600);
  try {
    const { size } = await file.stat();
    const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    const isHalf = bytesRead === 1 && buffer.toString() !== "\n";
    await file.appendFile(isHalf ? `\n${text}` : text);
  } finally {
    await file.close();
  }
}
