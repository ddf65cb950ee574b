import type { Batch, StreamName } from "../domain/batch.ts";

/**
 * The table can't be read or written now. The message says what is known of the change that was asked
 * for, and what to do; repeating the same call is safe.
 */
export class TableFault extends Error {
  override name = "TableFault";
}

/**
 * Append-only logs, one per environment, run, release and app, and a readable projection of each.
 * Every verb may be repeated with the same arguments without further effect, and rejects with a
 * TableFault when the table fails.
 */
export interface EventStore {
  /**
   * Writes the batch at its revision on condition that this revision is free; that single write is
   * the commit point of a decision (G2). It is durable when the promise resolves. A batch with
   * the same `id` already at that revision is our own earlier write and counts as appended.
   */
  append<Event>(batch: Batch<Event>): Promise<Appended>;

  /**
   * The batches after `afterRevision`, in order, all of those whose append had been acknowledged. Of
   * one that is damaged there may be nothing but its stream and revision: check before you use it.
   */
  read<Event>(stream: StreamName, afterRevision: number): Promise<readonly Batch<Event>[]>;

  /**
   * Stores what a person reads in the table, and what a later start begins from. A projection
   * older than the stored one is dropped: the highest revision wins. It needs no log beside it.
   */
  project(stream: StreamName, projection: Projection): Promise<void>;

  /** The stored projection, which may be missing, damaged or behind: read the log after its revision too. */
  projection(stream: StreamName): Promise<Projection | undefined>;

  /** Names of streams that have, or are about to have, a first batch; ordered by name. */
  list(query: ListQuery): Promise<readonly StreamName[]>;
}

export type Appended =
  | { readonly kind: "appended" }
  /** Somebody else's batch holds that revision. */
  | { readonly kind: "conflict" };

export interface Projection {
  readonly revision: number;
  /** The version of the state's shape; a reader that knows another version ignores the projection. */
  readonly schema: number;
  /** Of the state, which no longer fits when it is changed where it is stored; absent where no fold begins from it. */
  readonly hash?: string;
  /** JSON. */
  readonly state: unknown;
}

export interface ListQuery {
  /** The start of the name, at least the kind and `#`: `env#`, `run#rainbow/`. */
  readonly prefix: string;
  readonly order?: "ascending" | "descending";
  /** Return only names behind this one, in the given order. */
  readonly after?: StreamName;
  /** 1 to 1,000. */
  readonly limit: number;
}
