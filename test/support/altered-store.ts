import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { SqliteEventStore } from "../../src/adapters/local/sqlite-event-store.ts";
import { MemoryEventStore } from "../../src/adapters/memory/memory-event-store.ts";
import type { Batch, StreamName } from "../../src/domain/batch.ts";
import type { EventStore, Projection } from "../../src/ports/event-store.ts";
import { batchKey, PROJECTION_KEY } from "../../src/ports/event-table.ts";

// biome-ignore lint/suspicious/noExplicitAny: what no program of this version writes
type Json = any;

/** Makes another row of a row; undefined takes it away, and `NOT_JSON` puts what can't be parsed. */
type Alter = (row: Json) => Json;

export const NOT_JSON = Symbol("not JSON");

/** A table whose rows a test can alter behind the store's back. */
export interface AlteredTable {
  readonly store: EventStore;
  alterBatch(stream: StreamName, revision: number, alter: Alter): void;
  alterProjection(stream: StreamName, alter: Alter): void;
  close(): Promise<void>;
}

/** In memory, rows are altered as they are read. */
class AlteredMemoryStore extends MemoryEventStore {
  readonly batches = new Map<string, Alter>();
  readonly projections = new Map<StreamName, Alter>();

  override async read<Event>(stream: StreamName, after: number): Promise<readonly Batch<Event>[]> {
    const batches = await super.read<Event>(stream, after);
    return batches.flatMap((batch) => {
      const alter = this.batches.get(`${stream} ${batch.revision}`);
      const { revision } = batch;
      const altered = alter ? alter(batch) : batch;
      if (altered === NOT_JSON) return [{ stream, revision } as Batch<Event>];
      return altered === undefined ? [] : [altered];
    });
  }

  override async project(stream: StreamName, projection: Projection): Promise<void> {
    this.projections.delete(stream);
    await super.project(stream, projection);
  }

  override async projection(stream: StreamName): Promise<Projection | undefined> {
    const projection = await super.projection(stream);
    const alter = this.projections.get(stream);
    const altered = projection && alter ? alter(projection) : projection;
    return altered === NOT_JSON ? undefined : altered;
  }
}

export async function alteredMemory(): Promise<AlteredTable> {
  const store = new AlteredMemoryStore();
  return {
    store,
    alterBatch: (stream, revision, alter) => store.batches.set(`${stream} ${revision}`, alter),
    alterProjection: (stream, alter) => store.projections.set(stream, alter),
    close: async () => undefined,
  };
}

export async function alteredSqlite(): Promise<AlteredTable> {
  const folder = await mkdtemp(join(tmpdir(), "verdigris-altered-"));
  const path = join(folder, "state.db");
  const store = await SqliteEventStore.open(path);
  const behind = new Database(path, { timeout: 10_000 });
  const alterRow = (pk: string, sk: string, alter: Alter) => {
    const [row] = behind.prepare("SELECT body FROM items WHERE pk = ? AND sk = ?").all(pk, sk) as {
      body: string;
    }[];
    if (row === undefined) throw new Error(`${pk} has no ${sk}`);
    const altered = alter(JSON.parse(row.body));
    if (altered === undefined) {
      behind.prepare("DELETE FROM items WHERE pk = ? AND sk = ?").run(pk, sk);
      return;
    }
    const body = altered === NOT_JSON ? '{"cut' : JSON.stringify(altered);
    behind.prepare("UPDATE items SET body = ? WHERE pk = ? AND sk = ?").run(body, pk, sk);
  };
  return {
    store,
    alterBatch: (stream, revision, alter) => alterRow(stream, batchKey(revision), alter),
    alterProjection: (stream, alter) => alterRow(stream, PROJECTION_KEY, alter),
    async close() {
      behind.close();
      store.close();
      await rm(folder, { recursive: true });
    },
  };
}
