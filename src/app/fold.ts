import { BATCH_SCHEMA, type Batch, type StreamName } from "../domain/batch.ts";
import type { Decider, Folded, ReadOnly } from "../domain/decider.ts";
import { eventFlaw, isOfSort, type Sort } from "../domain/event-shapes.ts";
import type { Refusal } from "../domain/refusal.ts";
import { refuse } from "../domain/refusal.ts";

type AnyDecider<State extends Folded, Event extends { readonly type: string }> = Pick<
  Decider<State, never, Event>,
  "events" | "evolve"
>;

/**
 * The state after the batches. It ends before the first one that can't be understood, and is
 * read-only then: what follows may mean anything, so nothing is decided or done on what came before.
 */
export function fold<State extends Folded, Event extends { readonly type: string }>(
  decider: AnyDecider<State, Event>,
  from: State,
  batches: readonly Batch<Event>[],
): { readonly state: State; readonly understood: readonly Batch<Event>[] } {
  const { readOnly: _, ...rest } = from;
  let state = rest as State;
  for (const [index, batch] of batches.entries()) {
    const after = next(decider, state, batch);
    if ("because" in after) {
      return { state: { ...state, readOnly: after }, understood: batches.slice(0, index) };
    }
    state = after.state;
  }
  return { state, understood: batches };
}

function next<State extends Folded, Event extends { readonly type: string }>(
  decider: AnyDecider<State, Event>,
  state: State,
  batch: Batch<Event>,
): { readonly state: State } | ReadOnly {
  const revision = state.revision + 1;
  const because = batchFlaw(decider.events, batch, revision);
  if (because !== undefined) return { revision, because };
  try {
    return { state: decider.evolve(state, batch) };
  } catch (error) {
    return { revision, because: damaged(`does not fit what came before it: ${error}`) };
  }
}

const BATCH: Readonly<Record<string, Sort>> = {
  id: "text",
  at: "number",
  command: "record",
  events: "list",
};
const COMMAND: Readonly<Record<string, Sort>> = {
  id: "text",
  type: "text",
  fingerprint: "text",
  actor: "record",
};

function batchFlaw(
  shapes: Readonly<Record<string, Readonly<Record<string, Sort>>>>,
  batch: Batch<unknown>,
  expected: number,
): string | undefined {
  if (batch.revision !== expected) {
    return damaged(`is missing, and revision ${batch.revision} follows`);
  }
  const { schema = 1, command, events } = batch;
  if (schema !== BATCH_SCHEMA) return newer(`has schema ${schema}`);
  const lacking =
    lack(BATCH, batch) ??
    lack(COMMAND, command) ??
    (isTime(batch.at) ? undefined : "at") ??
    (events.every(isTyped) ? undefined : "events");
  if (lacking !== undefined) return damaged(`has nothing that fits in ${lacking}`);
  for (const event of events.filter(isTyped)) {
    if (!Object.hasOwn(shapes, event.type)) return newer(`holds the event ${event.type}`);
    const flaw = eventFlaw(shapes, event);
    if (flaw !== undefined) return damaged(`holds the event ${event.type}, which ${flaw}`);
  }
  return undefined;
}

function lack(fields: Readonly<Record<string, Sort>>, holder: object): string | undefined {
  const held = holder as Readonly<Record<string, unknown>>;
  return Object.keys(fields).find((field) => !isOfSort(held[field], fields[field] ?? "text"));
}

/** The range of times that ECMAScript can show. */
function isTime(ms: number): boolean {
  return Math.abs(ms) <= 8.64e15;
}

function isTyped(event: unknown): event is { readonly type: string } {
  return (
    typeof event === "object" && event !== null && "type" in event && typeof event.type === "string"
  );
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
