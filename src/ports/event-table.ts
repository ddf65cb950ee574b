import type { StreamName } from "../domain/batch.ts";
import type { ListQuery } from "./event-store.ts";

/**
 * The keys of the table, the same in DynamoDB and SQLite: the partition key is the stream's name,
 * the sort key is `e#` and the revision in twelve digits for a batch, or `state` for the projection.
 */
export const PROJECTION_KEY = "state";

const HIGHEST_REVISION = 999_999_999_999;

/** Sorts as text in the order of revisions: `e#000000000041`. */
export function batchKey(revision: number): string {
  return `e#${String(revision).padStart(12, "0")}`;
}

export const FIRST_BATCH_KEY = batchKey(1);
export const LAST_BATCH_KEY = batchKey(HIGHEST_REVISION);

/** ASCII only, so that every store orders names alike, and short enough for a DynamoDB sort key (1,024 bytes). */
const STREAM_NAME = /^([a-z][a-z-]*)#([\x20-\x7e]{1,512})$/;

/** The part before the first `#` and the part behind it. Throws a TypeError for what can't be a stream's name. */
export function splitStreamName(stream: StreamName): {
  readonly kind: string;
  readonly rest: string;
} {
  const [, kind, rest] = STREAM_NAME.exec(stream) ?? [];
  if (kind === undefined || rest === undefined) {
    throw new TypeError(
      `${JSON.stringify(stream)} is not a stream's name: a kind in lower case, "#", then 1 to 512 printable ASCII characters`,
    );
  }
  return { kind, rest };
}

/** Throws, before anything is written, when no table could hold a batch there. */
export function checkPosition(stream: StreamName, revision: number): void {
  splitStreamName(stream);
  if (!Number.isInteger(revision) || revision < 1 || revision > HIGHEST_REVISION) {
    throw new RangeError(
      `${stream}: a revision is an integer from 1 to ${HIGHEST_REVISION}, not ${revision}; nothing was written`,
    );
  }
}

/** The batch before the one to write is missing, so the one to write can't follow from it. */
export class RevisionGapError extends Error {
  readonly stream: StreamName;
  readonly revision: number;
  /** The revision of the stream's last batch, 0 for none. */
  readonly last: number;

  constructor(stream: StreamName, revision: number, last: number) {
    super(
      `${stream} is at revision ${last}: the next batch has revision ${last + 1}, not ${revision}. ` +
        "Nothing was written; read the log again and decide anew.",
    );
    this.name = "RevisionGapError";
    this.stream = stream;
    this.revision = revision;
    this.last = last;
  }
}

/** Names from `from` on and before `to`. */
export interface NameRange {
  readonly from: string;
  readonly to: string;
}

/**
 * The names that a query asks for, as one range; undefined when there can't be any.
 * Throws a RangeError for a limit or a prefix that the port doesn't allow.
 */
export function rangeOf(query: ListQuery): NameRange | undefined {
  const { prefix, order, after, limit } = query;
  if (!/^[a-z][a-z-]*#/.test(prefix)) {
    throw new RangeError(`the prefix ${JSON.stringify(prefix)} must begin with a kind and "#"`);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
    throw new RangeError(`a list has a limit from 1 to 1,000, not ${limit}`);
  }
  const pastPrefix = `${prefix}\x7f`;
  if (after === undefined) return { from: prefix, to: pastPrefix };
  const range =
    order === "descending"
      ? { from: prefix, to: after < pastPrefix ? after : pastPrefix }
      : { from: after < prefix ? prefix : `${after}\x01`, to: pastPrefix };
  return range.from < range.to ? range : undefined;
}
