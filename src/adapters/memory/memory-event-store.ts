import type { Batch, StreamName } from "../../domain/batch.ts";
import type { Appended, EventStore, ListQuery, Projection } from "../../ports/event-store.ts";
import {
  checkPosition,
  RevisionGapError,
  rangeOf,
  splitStreamName,
} from "../../ports/event-table.ts";

/** Logs kept as JSON text, so that what callers hold and what is stored never share an object. */
export class MemoryEventStore implements EventStore {
  readonly #logs = new Map<StreamName, { id: string; json: string }[]>();
  readonly #projections = new Map<StreamName, { revision: number; json: string }>();

  async append<Event>(batch: Batch<Event>): Promise<Appended> {
    const { stream, revision, id } = batch;
    checkPosition(stream, revision);
    const log = this.#logs.get(stream) ?? [];
    const present = log[revision - 1];
    if (present) return { kind: present.id === id ? "appended" : "conflict" };
    if (revision > log.length + 1) throw new RevisionGapError(stream, revision, log.length);
    log.push({ id, json: JSON.stringify(batch) });
    this.#logs.set(stream, log);
    return { kind: "appended" };
  }

  async read<Event>(stream: StreamName, afterRevision: number): Promise<readonly Batch<Event>[]> {
    const log = this.#logs.get(stream) ?? [];
    return log.slice(afterRevision).map(({ json }) => JSON.parse(json) as Batch<Event>);
  }

  async project(stream: StreamName, projection: Projection): Promise<void> {
    splitStreamName(stream);
    const stored = this.#projections.get(stream);
    if (stored && stored.revision > projection.revision) return;
    const { revision } = projection;
    this.#projections.set(stream, { revision, json: JSON.stringify(projection) });
  }

  async projection(stream: StreamName): Promise<Projection | undefined> {
    const stored = this.#projections.get(stream);
    return stored && (JSON.parse(stored.json) as Projection);
  }

  async list(query: ListQuery): Promise<readonly StreamName[]> {
    const range = rangeOf(query);
    if (!range) return [];
    const names = [...this.#logs.keys()].filter((name) => name >= range.from && name < range.to);
    names.sort();
    if (query.order === "descending") names.reverse();
    return names.slice(0, query.limit);
  }
}
