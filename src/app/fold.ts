import { BATCH_SCHEMA, type Batch, type StreamName } from "../domain/batch.ts";
import type { Decider, Folded, ReadOnly } from "../domain/decider.ts";
import type { Refusal } from "../domain/refusal.ts";
import { refuse } from "../domain/refusal.ts";
import { type Fields, type FieldsOf, flawIn } from "../domain/shapes.ts";

interface Typed {
  readonly type: string;
}

type AnyDecider<State extends Folded, Event extends Typed> = Pick<
  Decider<State, never, Event>,
  "events" | "evolve"
>;

/**
 * The state after the batches. It ends before the first one that can't be understood, and is
 * read-only then: what follows may mean anything, so nothing is decided or done on what came before.
 */
export function fold<State extends Folded, Event extends Typed>(
  decider: AnyDecider<State, Event>,
  from: State,
  batches: readonly Batch<Event>[],
): { readonly state: State; readonly understood: readonly Batch<Event>[] } {
  const { readOnly: _, ...rest } = from;
  let state = rest as State;
  for (const [index, batch] of batches.entries()) {
    const revision = state.revision + 1;
    const because = batchFlaw(decider.events, batch, revision);
    if (because !== undefined) {
      const readOnly = { revision, because };
      return { state: { ...state, readOnly }, understood: batches.slice(0, index) };
    }
    state = decider.evolve(state, batch);
  }
  return { state, understood: batches };
}

const BATCH: FieldsOf<Pick<Batch<Typed>, "at" | "command" | "events" | "id">> = {
  id: "text",
  at: "number",
  command: {
    fields: {
      id: "text",
      type: "text",
      fingerprint: "text",
      actor: { fields: { name: "text", via: "text", "from?": "text" } },
      "reason?": "text",
      "expectRevision?": "number",
    },
  },
  events: { each: { fields: { type: "text" } } },
};

function batchFlaw(
  shapes: Readonly<Record<string, Fields>>,
  batch: Batch<Typed>,
  expected: number,
): string | undefined {
  if (batch.revision !== expected) {
    return damaged(`is missing, and revision ${batch.revision} follows`);
  }
  const { schema = 1, events } = batch;
  if (schema !== BATCH_SCHEMA) return newer(`has schema ${schema}`);
  const flaw =
    flawIn(BATCH, batch) ?? (isTime(batch.at) ? undefined : "has no time in its field at");
  if (flaw !== undefined) return damaged(flaw);
  for (const event of events) {
    const shape = Object.hasOwn(shapes, event.type) ? shapes[event.type] : undefined;
    if (!shape) return newer(`holds the event ${event.type}`);
    const flaw = flawIn(shape, event);
    if (flaw !== undefined) return damaged(`holds the event ${event.type}, which ${flaw}`);
  }
  return undefined;
}

/** The range of times that ECMAScript can show. */
function isTime(ms: number): boolean {
  return Math.abs(ms) <= 8.64e15;
}

function newer(what: string): string {
  return `${what}, which this version doesn't know. A newer version wrote it: upgrade this one`;
}

function damaged(what: string): string {
  return `${what}. The table is damaged: restore it from a copy`;
}

/** What a log that can't be changed says to whoever tries, and to whoever looks. */
export function explain(stream: StreamName, { revision, because }: ReadOnly): string {
  return `${stream} is read-only: its revision ${revision} ${because}. Nothing was changed.`;
}

export function readOnlyRefusal(stream: StreamName, readOnly: ReadOnly): Refusal {
  const { revision } = readOnly;
  return refuse("read_only", explain(stream, readOnly), { log: stream, revision });
}

/** A log was asked for whole, or for what must not be stale, and a part of it can't be understood. */
export class LogNotUnderstood extends Error {
  override readonly name = "LogNotUnderstood";
  readonly stream: StreamName;
  readonly revision: number;

  constructor(stream: StreamName, readOnly: ReadOnly) {
    super(explain(stream, readOnly));
    this.stream = stream;
    this.revision = readOnly.revision;
  }
}
