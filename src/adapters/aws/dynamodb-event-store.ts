import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/lib-dynamodb";
import type { Batch, StreamName } from "../../domain/batch.ts";
import type { Appended, EventStore, ListQuery, Projection } from "../../ports/event-store.ts";
import {
  batchKey,
  checkPosition,
  LAST_BATCH_KEY,
  PROJECTION_KEY,
  RevisionGapError,
  rangeOf,
  splitStreamName,
} from "../../ports/event-table.ts";
import { DynamoDbRequestError } from "./dynamodb-error.ts";
import {
  batchItem,
  batchOf,
  type Item,
  indexItem,
  indexKey,
  projectionItem,
  projectionOf,
} from "./dynamodb-items.ts";
import { checkItemSize } from "./item-size.ts";
import { KnownRevisions } from "./known-revisions.ts";

const REMEMBERED_LOGS = 10_000;
/** For each request, with all that the client does to repeat it. */
const DEADLINE_MS = 10_000;

/** The conditions of writes. One that doesn't hold is an answer, not an error. */
const REVISION_IS_FREE = "attribute_not_exists(sk)";
const NOT_OLDER = "attribute_not_exists(#revision) OR #revision <= :revision";

/**
 * Logs in a DynamoDB table made as `tableDefinition` says. All reads are strongly consistent.
 * The client decides about retries (`maxAttempts`), within the deadline, and translates as it does by
 * default: no `convertEmptyValues`, `wrapNumbers` or the like. Numbers beyond the safe integers are
 * refused. Besides what the port says, calls reject with a DynamoDbRequestError.
 */
export class DynamoDbEventStore implements EventStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #deadlineMs: number;
  readonly #known = new KnownRevisions(REMEMBERED_LOGS);

  /** @param deadlineMs for each request; without one, a connection that says nothing holds a call for ever */
  constructor(client: DynamoDBDocumentClient, table: string, deadlineMs = DEADLINE_MS) {
    this.#client = client;
    this.#table = table;
    this.#deadlineMs = deadlineMs;
  }

  async append<Event>(batch: Batch<Event>): Promise<Appended> {
    const { stream, revision } = batch;
    checkPosition(stream, revision);
    const item = batchItem(batch);
    checkItemSize(item, `the batch of ${stream} at revision ${revision}`);
    return this.#named(`append to ${stream} at revision ${revision}`, async () => {
      // Before the batch, so that no crash leaves a log that isn't listed.
      if (revision === 1) await this.#put(indexItem(stream));
      else await this.#requirePredecessor(stream, revision);
      const appended = await this.#putBatch(item, batch.id);
      this.#known.note(stream, revision);
      return appended;
    });
  }

  async read<Event>(stream: StreamName, afterRevision: number): Promise<readonly Batch<Event>[]> {
    // The batch at `afterRevision` is read too: having seen it saves the next append a request.
    const query = keysBetween(stream, batchKey(afterRevision), LAST_BATCH_KEY);
    const items = await this.#named(`read ${stream} after revision ${afterRevision}`, () =>
      this.#query(query),
    );
    const batches = items.map((item) => batchOf<Event>(item));
    const last = batches.at(-1);
    if (last) this.#known.note(stream, last.revision);
    return batches.filter((batch) => batch.revision > afterRevision);
  }

  async project(stream: StreamName, projection: Projection): Promise<void> {
    const { revision } = projection;
    splitStreamName(stream);
    const item = projectionItem(stream, projection);
    checkItemSize(item, `the projection of ${stream} at revision ${revision}`);
    await this.#named(`project ${stream} at revision ${revision}`, () =>
      this.#put(item, {
        ConditionExpression: NOT_OLDER,
        ExpressionAttributeNames: { "#revision": "revision" },
        ExpressionAttributeValues: { ":revision": revision },
      }),
    );
  }

  async projection(stream: StreamName): Promise<Projection | undefined> {
    const item = await this.#named(`read the projection of ${stream}`, () =>
      this.#get(stream, PROJECTION_KEY),
    );
    return item && projectionOf(item);
  }

  async list(query: ListQuery): Promise<readonly StreamName[]> {
    const range = rangeOf(query);
    if (!range) return [];
    const kind = query.prefix.slice(0, query.prefix.indexOf("#"));
    const rest = (name: string) => name.slice(kind.length + 1);
    // A key can't be empty, and BETWEEN includes its upper end, which the range doesn't.
    const keys = keysBetween(indexKey(kind), rest(range.from) || "\x01", rest(range.to));
    const Limit = query.limit + 1;
    const ScanIndexForward = query.order !== "descending";
    const items = await this.#named(`list ${query.prefix}`, () =>
      this.#query({ ...keys, Limit, ScanIndexForward }, Limit),
    );
    const names = items.map(({ sk }) => `${kind}#${String(sk)}`);
    return names.filter((name) => name !== range.to).slice(0, query.limit);
  }

  async #putBatch(item: Item, id: string): Promise<Appended> {
    if (await this.#put(item, { ConditionExpression: REVISION_IS_FREE })) {
      return { kind: "appended" };
    }
    const present = await this.#get(item.pk, item.sk);
    if (!present) throw new Error("the batch that stood in the way is gone");
    return { kind: present.id === id ? "appended" : "conflict" };
  }

  async #requirePredecessor(stream: StreamName, revision: number): Promise<void> {
    if (this.#known.has(stream, revision - 1)) return;
    if (await this.#get(stream, batchKey(revision - 1))) return;
    const newestFirst = { ScanIndexForward: false, Limit: 1 };
    const [last] = await this.#query(
      { ...keysBetween(stream, batchKey(0), LAST_BATCH_KEY), ...newestFirst },
      1,
    );
    throw new RevisionGapError(stream, revision, last ? batchOf(last).revision : 0);
  }

  /** False when the condition didn't hold. */
  async #put(item: Item, condition: object = {}): Promise<boolean> {
    try {
      const put = new PutCommand({ TableName: this.#table, Item: item, ...condition });
      await this.#client.send(put, this.#inTime());
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async #get(pk: string, sk: string): Promise<Record<string, unknown> | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: { pk, sk }, ConsistentRead: true }),
      this.#inTime(),
    );
    return Item;
  }

  async #named<Result>(request: string, send: () => Promise<Result>): Promise<Result> {
    try {
      return await send();
    } catch (error) {
      if (error instanceof RevisionGapError) throw error;
      throw new DynamoDbRequestError(request, error, this.#table);
    }
  }

  #inTime(): { readonly abortSignal: AbortSignal } {
    return { abortSignal: AbortSignal.timeout(this.#deadlineMs) };
  }

  /** Follows the pages, of at most 1 MB each, until there are no more or `enough` items. */
  async #query(
    query: Omit<QueryCommandInput, "TableName">,
    enough = Number.POSITIVE_INFINITY,
  ): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          ...query,
          TableName: this.#table,
          ConsistentRead: true,
          ExclusiveStartKey: from,
        }),
        this.#inTime(),
      );
      items.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from && items.length < enough);
    return items;
  }
}

function keysBetween(pk: string, from: string, to: string) {
  return {
    KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
    ExpressionAttributeValues: { ":pk": pk, ":from": from, ":to": to },
  };
}
