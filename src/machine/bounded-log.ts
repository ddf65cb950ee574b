import { appendFileSync, renameSync, statSync } from "node:fs";

export interface LogBounds {
  /** A file that would grow beyond this is renamed before the next line. */
  readonly bytes: number;
  /** Renamed files that are kept beside it: `.1` is the newest. */
  readonly kept: number;
}

export const LOG_BOUNDS: LogBounds = { bytes: 10 * 1024 * 1024, kept: 3 };

/**
 * Appends lines to a file that only this process writes to. The file is opened for each line, so whoever renames it
 * by hand loses none. Throws what the system says; the line may then stand there by half.
 */
export class BoundedLog {
  readonly #file: string;
  readonly #bounds: LogBounds;

  constructor(file: string, bounds = LOG_BOUNDS) {
    this.#file = file;
    this.#bounds = bounds;
  }

  write(line: string): void {
    const size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
    if (size > 0 && size + Buffer.byteLength(line) > this.#bounds.bytes) this.#rotate();
    appendFileSync(this.#file, line, { mode: 0o600 });
  }

  #rotate(): void {
    for (let number = this.#bounds.kept; number > 0; number--) {
      const newer = number === 1 ? this.#file : `${this.#file}.${number - 1}`;
      if (statSync(newer, { throwIfNoEntry: false })) renameSync(newer, `${this.#file}.${number}`);
    }
  }
}
