import type { Batch, StreamName } from "../domain/batch.ts";
import type { Appended, EventStore, ListQuery, Projection } from "../ports/event-store.ts";
import { TableFault } from "../ports/event-store.ts";
import { KEYS_STREAM, PROBE_STREAM } from "./streams.ts";

/** The table, with what this process has seen of its health. */
export class WatchedTable implements EventStore {
  readonly #table: EventStore;
  /** A write failed and none has succeeded since: reads may well work all the same, as on a full disk. */
  #refusesWrites = false;

  constructor(table: EventStore) {
    this.#table = table;
  }

  /** Whether it can be read and, where a write had failed, written again. */
  async check(): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }> {
    try {
      await this.#table.read(KEYS_STREAM, Number.MAX_SAFE_INTEGER - 1);
      if (this.#refusesWrites) {
        await this.project(PROBE_STREAM, { revision: 1, schema: 1, state: {} });
      }
      return { ok: true };
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? error.message : String(error) };
    }
  }

  append<Event>(batch: Batch<Event>): Promise<Appended> {
    return this.#watched(this.#table.append(batch));
  }

  project(stream: StreamName, projection: Projection): Promise<void> {
    return this.#watched(this.#table.project(stream, projection));
  }

  read<Event>(stream: StreamName, afterRevision: number): Promise<readonly Batch<Event>[]> {
    return this.#table.read(stream, afterRevision);
  }

  projection(stream: StreamName): Promise<Projection | undefined> {
    return this.#table.projection(stream);
  }

  list(query: ListQuery): Promise<readonly StreamName[]> {
    return this.#table.list(query);
  }

  async #watched<Result>(write: Promise<Result>): Promise<Result> {
    try {
      const result = await write;
      this.#refusesWrites = false;
      return result;
    } catch (error) {
      if (error instanceof TableFault) this.#refusesWrites = true;
      throw error;
    }
  }
}
