import type Database from "libsql";
import type { Batch, StreamName } from "../../domain/batch.ts";
import type { Appended, EventStore, ListQuery, Projection } from "../../ports/event-store.ts";
import {
  batchKey,
  checkPosition,
  FIRST_BATCH_KEY,
  LAST_BATCH_KEY,
  PROJECTION_KEY,
  RevisionGapError,
  rangeOf,
  splitStreamName,
} from "../../ports/event-table.ts";
import { retryWhileBusy } from "./sqlite-busy.ts";
import { openSqliteFile } from "./sqlite-file.ts";
import { codeOf, SqliteFileError, sqliteFileError } from "./sqlite-file-error.ts";

export interface SqliteEventStoreOptions {
  /** How long a call waits for other processes that hold the file's lock; 10 s unless given. */
  readonly busyDeadlineMs?: number;
  /** It held logs before: a file that is missing or empty is refused, and none is made. */
  readonly mustExist?: boolean;
}

/**
 * Logs in a SQLite file, which several processes may open at once. An append that resolved is on
 * the disk: in WAL mode with `synchronous=FULL` each commit syncs the log (sqlite.org/pragma.html).
 * Besides what the port says, calls reject with a SqliteFileError.
 */
export class SqliteEventStore implements EventStore {
  readonly #path: string;
  readonly #busyDeadlineMs: number;
  #open: { readonly database: Database.Database; readonly statements: Statements } | undefined;

  private constructor(path: string, database: Database.Database, busyDeadlineMs: number) {
    this.#path = path;
    this.#open = { database, statements: prepareStatements(database) };
    this.#busyDeadlineMs = busyDeadlineMs;
  }

  /** Opens the file, or makes it with no logs; its folder must exist. */
  static async open(
    path: string,
    options: SqliteEventStoreOptions = {},
  ): Promise<SqliteEventStore> {
    const busyDeadlineMs = options.busyDeadlineMs ?? 10_000;
    const mustExist = options.mustExist ?? false;
    const database = await openSqliteFile(path, { busyDeadlineMs, mustExist });
    return new SqliteEventStore(path, database, busyDeadlineMs);
  }

  async append<Event>(batch: Batch<Event>): Promise<Appended> {
    const { stream, revision, id } = batch;
    checkPosition(stream, revision);
    const [key, predecessor] = [batchKey(revision), batchKey(revision - 1)];
    const body = JSON.stringify(batch);
    return this.#run((statements) => {
      const { changes } = statements.append.run(stream, key, revision, id, body, predecessor);
      if (changes === 1) return { kind: "appended" };
      const [present] = statements.batchId.all(stream, key) as { id: string }[];
      if (present) return { kind: present.id === id ? "appended" : "conflict" };
      const [last] = statements.lastRevision.all(stream, LAST_BATCH_KEY) as { revision: number }[];
      throw new RevisionGapError(stream, revision, last?.revision ?? 0);
    });
  }

  async read<Event>(stream: StreamName, afterRevision: number): Promise<readonly Batch<Event>[]> {
    const rows = await this.#run(
      ({ read }) =>
        read.all(stream, batchKey(afterRevision), LAST_BATCH_KEY) as {
          revision: number;
          body: string;
        }[],
    );
    return rows.map(({ revision, body }) => (parsed(body) ?? { stream, revision }) as Batch<Event>);
  }

  async project(stream: StreamName, projection: Projection): Promise<void> {
    splitStreamName(stream);
    const body = JSON.stringify(projection);
    await this.#run(({ project }) =>
      project.run(stream, PROJECTION_KEY, projection.revision, body),
    );
  }

  async projection(stream: StreamName): Promise<Projection | undefined> {
    const [row] = await this.#run(
      ({ projection }) => projection.all(stream, PROJECTION_KEY) as { body: string }[],
    );
    return row && (parsed(row.body) as Projection | undefined);
  }

  async list(query: ListQuery): Promise<readonly StreamName[]> {
    const range = rangeOf(query);
    if (!range) return [];
    const rows = await this.#run(({ ascending, descending }) => {
      const statement = query.order === "descending" ? descending : ascending;
      return statement.all(range.from, range.to, query.limit) as { pk: StreamName }[];
    });
    return rows.map(({ pk }) => pk);
  }

  /**
   * Calls made from now on reject. The write-ahead log is put into the file where that can be done at
   * once, so that what is at rest is one file. libsql lets go of the file once its statements are collected as
   * garbage, so the descriptors may stay open for a while.
   */
  close(): void {
    if (this.#open) mergeLog(this.#open.database);
    this.#open?.database.close();
    this.#open = undefined;
  }

  async #run<Result>(action: (statements: Statements) => Result): Promise<Result> {
    try {
      return await retryWhileBusy(this.#busyDeadlineMs, () => {
        if (!this.#open)
          throw new SqliteFileError(this.#path, "was closed; nothing was read or written.");
        return action(this.#open.statements);
      });
    } catch (error) {
      if (error instanceof RevisionGapError) throw error;
      throw sqliteFileError(this.#path, error);
    }
  }
}

/** Nothing depends on it: the log is read at the next start as well. */
function mergeLog(database: Database.Database): void {
  try {
    database.pragma("wal_checkpoint(TRUNCATE)");
  } catch (error) {
    if (!/^SQLITE_/.test(codeOf(error))) throw error;
  }
}

/** Undefined for what is not JSON, which nothing but damage puts there. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(database: Database.Database) {
  const list = (order: "ASC" | "DESC") => `
    SELECT pk FROM items WHERE sk = '${FIRST_BATCH_KEY}' AND pk >= ? AND pk < ?
    ORDER BY pk ${order} LIMIT ?`;
  return {
    append: database.prepare(`
      INSERT INTO items (pk, sk, revision, id, body)
      SELECT ?1, ?2, ?3, ?4, ?5
      WHERE ?3 = 1 OR EXISTS (SELECT 1 FROM items WHERE pk = ?1 AND sk = ?6)
      ON CONFLICT DO NOTHING`),
    batchId: database.prepare("SELECT id FROM items WHERE pk = ? AND sk = ?"),
    lastRevision: database.prepare(
      "SELECT revision FROM items WHERE pk = ? AND sk <= ? ORDER BY sk DESC LIMIT 1",
    ),
    read: database.prepare(
      "SELECT revision, body FROM items WHERE pk = ? AND sk > ? AND sk <= ? ORDER BY sk",
    ),
    project: database.prepare(`
      INSERT INTO items (pk, sk, revision, body) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET revision = excluded.revision, body = excluded.body
      WHERE excluded.revision >= items.revision`),
    projection: database.prepare("SELECT body FROM items WHERE pk = ? AND sk = ?"),
    ascending: database.prepare(list("ASC")),
    descending: database.prepare(list("DESC")),
  };
}
