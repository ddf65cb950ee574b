import type { Batch, StreamName } from "../../domain/batch.ts";
import type { Projection } from "../../ports/event-store.ts";
import { batchKey, PROJECTION_KEY, splitStreamName } from "../../ports/event-table.ts";

/** A row of the table: its keys, and attributes that a person can read in the AWS console. */
export interface Item {
  readonly pk: string;
  readonly sk: string;
  readonly [attribute: string]: unknown;
}

export function batchItem<Event>(batch: Batch<Event>): Item {
  const { stream, revision, schema, id, at, command, events } = batch;
  const { actor, reason, ...rest } = command;
  const time = new Date(at).toISOString();
  return asJson({
    pk: stream,
    sk: batchKey(revision),
    ...{ revision, schema, id, at, time, command: rest, actor, reason, events },
  });
}

export function batchOf<Event>(item: Record<string, unknown>): Batch<Event> {
  const { pk, revision, schema, id, at, command, actor, reason, events } = item;
  return {
    ...{ stream: pk, revision, id, at, events },
    ...(schema === undefined ? {} : { schema }),
    command: { ...(command as object), actor, ...(reason === undefined ? {} : { reason }) },
  } as Batch<Event>;
}

export function projectionItem(stream: StreamName, projection: Projection): Item {
  const { revision, schema, hash, state } = projection;
  return asJson({ pk: stream, sk: PROJECTION_KEY, revision, schema, hash, state });
}

export function projectionOf(item: Record<string, unknown>): Projection {
  const { revision, schema, hash, state } = item;
  return { revision, schema, hash, state } as Projection;
}

/** Lists the stream among those of its kind. */
export function indexItem(stream: StreamName): Item {
  const { kind, rest } = splitStreamName(stream);
  return { pk: indexKey(kind), sk: rest };
}

export function indexKey(kind: string): string {
  return `index#${kind}`;
}

/** Without undefined fields, and with nothing that another store would give back differently. */
function asJson(item: Item): Item {
  return JSON.parse(JSON.stringify(item)) as Item;
}
