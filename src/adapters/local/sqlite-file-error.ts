import { TableFault } from "../../ports/event-store.ts";

/** The file that holds the state can't be used; the message says which, why and what to do. */
export class SqliteFileError extends TableFault {
  readonly path: string;

  constructor(path: string, problem: string, cause?: unknown) {
    super(`the state in ${path} ${problem}`, { cause });
    this.name = "SqliteFileError";
    this.path = path;
  }
}

/** What the system or SQLite reported about the file, with its name and what to do. */
export function sqliteFileError(path: string, error: unknown): SqliteFileError {
  if (error instanceof SqliteFileError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new SqliteFileError(path, problemOf(codeOf(error), message), error);
}

/** `SQLITE_BUSY`, `EACCES`, …; empty where the error carries none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Result codes: sqlite.org/rescode.html. */
function problemOf(code: string, message: string): string {
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    return `is damaged or not a database (${message}). Nothing was changed; move it away and restore a copy.`;
  }
  if (/^SQLITE_BUSY/.test(code)) {
    return `is locked by another process (${message}). Nothing was changed; try again, and look for a process that hangs.`;
  }
  if (/^SQLITE_FULL|^ENOSPC/.test(code)) {
    return `can't grow (${message}). Nothing was changed; make room on the disk.`;
  }
  if (/^SQLITE_IOERR/.test(code)) {
    return `couldn't be read or written (${message}). The last change may be missing; check the disk.`;
  }
  return `can't be used (${message}). Nothing was changed; check that the folder exists and this user may write in it.`;
}
