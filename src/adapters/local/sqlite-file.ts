import { chmodSync, closeSync, existsSync, openSync, statSync } from "node:fs";
import Database from "libsql";
import { FIRST_BATCH_KEY } from "../../ports/event-table.ts";
import { retryWhileBusy } from "./sqlite-busy.ts";
import { codeOf, SqliteFileError, sqliteFileError } from "./sqlite-file-error.ts";

const SCHEMA_VERSION = 1;

/** The index holds one entry per stream, so that listing streams doesn't read their batches. */
const SCHEMA = `
  CREATE TABLE items (
    pk       TEXT    NOT NULL,
    sk       TEXT    NOT NULL,
    revision INTEGER NOT NULL,
    id       TEXT,
    body     TEXT    NOT NULL,
    PRIMARY KEY (pk, sk)
  ) STRICT;
  CREATE INDEX streams ON items (pk) WHERE sk = '${FIRST_BATCH_KEY}';
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** In one statement, and so of one moment: another process may be making the table just now. */
const VERSION_AND_TABLES = `
  SELECT user_version AS version, (SELECT count(*) FROM sqlite_schema) AS tables
  FROM pragma_user_version
`;

/** libsql blocks the event loop while it waits for another process's lock, so it waits briefly. */
const BLOCKING_WAIT_MS = 20;

/**
 * Opens the file, or makes it with an empty table. Only its owner can read it: SQLite gives the
 * write-ahead log and the shared memory beside it the same mode as the file.
 * Rejects with a SqliteFileError; then a file that was there is as it was.
 */
export async function openSqliteFile(
  path: string,
  { busyDeadlineMs, mustExist }: { readonly busyDeadlineMs: number; readonly mustExist: boolean },
): Promise<Database.Database> {
  try {
    // Before SQLite sees it: to an empty file it takes no write-ahead log to belong, and removes it.
    if (mustExist && !(existsSync(path) && statSync(path).size > 0)) throw emptied(path);
    makePrivate(path);
    const database = new Database(path, { timeout: BLOCKING_WAIT_MS });
    try {
      await retryWhileBusy(busyDeadlineMs, () => prepare(path, database, mustExist));
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  } catch (error) {
    throw sqliteFileError(path, error);
  }
}

/**
 * Only a file that isn't there yet is opened here: closing any descriptor of a file drops the locks
 * that SQLite holds on it in this process (sqlite.org/howtocorrupt.html, section 2.2).
 */
function makePrivate(path: string): void {
  if (!existsSync(path)) {
    try {
      closeSync(openSync(path, "wx", 0o600));
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    if (existsSync(file)) chmodSync(file, 0o600);
  }
}

function prepare(path: string, database: Database.Database, mustExist: boolean): void {
  if (versionIn(path, database) === 0) {
    if (mustExist) throw emptied(path);
    const [mode] = database.pragma("journal_mode = WAL") as { journal_mode: string }[];
    if (mode?.journal_mode !== "wal") {
      throw new SqliteFileError(path, "needs a write-ahead log; move it to a local disk.");
    }
    const create = database.transaction(() => {
      if (versionIn(path, database) === 0) database.exec(SCHEMA);
    });
    create.immediate();
  }
  database.pragma("synchronous = FULL");
}

function emptied(path: string): SqliteFileError {
  return new SqliteFileError(
    path,
    "is missing or empty, and it was there before. Nothing was changed; put back a copy of the database, " +
      "without the -wal and -shm files beside it.",
  );
}

/** The schema's version, 0 in a new file; throws for a file that this program must not touch. */
function versionIn(path: string, database: Database.Database): number {
  const [row] = database.prepare(VERSION_AND_TABLES).all() as { version: number; tables: number }[];
  const { version, tables } = row ?? { version: 0, tables: 0 };
  if (version > SCHEMA_VERSION) {
    throw new SqliteFileError(
      path,
      `has schema version ${version} and this program knows version ${SCHEMA_VERSION}. ` +
        "Nothing was changed; run the newer program that wrote it.",
    );
  }
  if (version === 0 && tables > 0) {
    throw new SqliteFileError(
      path,
      "belongs to another program. Nothing was changed; choose another folder.",
    );
  }
  return version;
}
