import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventStoreContract, exampleBatch } from "../../ports/event-store.contract.ts";
import { type DynaliteServer, startDynalite } from "./dynalite-server.ts";
import { DynamoDbEventStore } from "./dynamodb-event-store.ts";
import { batchItem } from "./dynamodb-items.ts";
import { createTable, TableUnfit, tableDefinition } from "./dynamodb-table.ts";
import { itemBytes, LARGEST_ITEM_BYTES } from "./item-size.ts";

let server: DynaliteServer;
let tables = 0;

beforeAll(async () => {
  server = await startDynalite();
});

afterAll(async () => {
  await server.close();
});

async function openTable() {
  tables += 1;
  const table = `verdigris-${tables}`;
  const client = DynamoDBDocumentClient.from(server.client());
  await createTable(client, table);
  return { client, table, store: new DynamoDbEventStore(client, table) };
}

eventStoreContract("DynamoDbEventStore", async () => {
  const { table, store } = await openTable();
  return {
    store,
    another: async () =>
      new DynamoDbEventStore(DynamoDBDocumentClient.from(server.client()), table),
    close: async () => undefined,
  };
});

describe("DynamoDbEventStore", () => {
  const stream = "env#rainbow/production";

  /** The names of the commands that the client sends from now on. */
  function recordCommands(client: DynamoDBDocumentClient): string[] {
    const sent: string[] = [];
    client.middlewareStack.add(
      (next, context) => (args) => {
        sent.push(String(context.commandName));
        return next(args);
      },
      { step: "initialize" },
    );
    return sent;
  }

  it("appends to a log it has read with one write and nothing else", async () => {
    const { client, table, store } = await openTable();
    for (const revision of [1, 2, 3]) await store.append(exampleBatch(stream, revision));
    const reader = new DynamoDbEventStore(client, table);
    await reader.read(stream, 3);
    const sent = recordCommands(client);
    await reader.append(exampleBatch(stream, 4));
    await reader.append(exampleBatch(stream, 5));
    expect(sent).toEqual(["PutItemCommand", "PutItemCommand"]);
  });

  it("counts a write whose answer was lost as its own", async () => {
    const { client, store } = await openTable();
    let lost = 0;
    client.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        if (lost > 0) return answer;
        lost += 1;
        throw Object.assign(new Error("the answer was lost"), { name: "TimeoutError" });
      },
      { step: "deserialize", priority: "high" },
    );
    expect(await store.append(exampleBatch(stream, 1))).toEqual({ kind: "appended" });
    lost = 0;
    expect(await store.append(exampleBatch(stream, 2))).toEqual({ kind: "appended" });
    expect(lost).toBe(1);
    expect(await store.read(stream, 0)).toHaveLength(2);
  });

  it("lists a log before its first batch is written, so that none is ever unlisted", async () => {
    const { client, store } = await openTable();
    client.middlewareStack.add(
      (next) => (args) => {
        if ("ConditionExpression" in args.input) throw new Error("the process ended");
        return next(args);
      },
      { step: "initialize" },
    );
    await expect(store.append(exampleBatch(stream, 1))).rejects.toThrow("the process ended");
    expect(await store.list({ prefix: "env#", limit: 10 })).toEqual([stream]);
    expect(await store.read(stream, 0)).toEqual([]);
  });

  // dynalite takes an empty key in a condition; DynamoDB answers with a ValidationException.
  it("asks for no empty key when it lists a whole kind", async () => {
    const { client, store } = await openTable();
    const inputs: object[] = [];
    client.middlewareStack.add(
      (next) => (args) => {
        inputs.push(args.input);
        return next(args);
      },
      { step: "initialize", priority: "high" },
    );
    await store.list({ prefix: "env#", limit: 10 });
    expect(inputs).toEqual([
      expect.objectContaining({
        ExpressionAttributeValues: {
          ":pk": "index#env",
          ":from": expect.stringMatching(/^.+$/su),
          ":to": expect.stringMatching(/^.+$/su),
        },
      }),
    ]);
  });

  it("stores a batch as attributes that a person can read", async () => {
    const { client, table, store } = await openTable();
    const { command } = exampleBatch(stream, 1);
    await store.append(exampleBatch(stream, 1, { command: { ...command, reason: "because" } }));
    const Key = { pk: stream, sk: "e#000000000001" };
    const { Item } = await client.send(new GetCommand({ TableName: table, Key }));
    expect(Item).toEqual({
      ...Key,
      revision: 1,
      id: "write-1",
      at: 1_700_000_000_001,
      time: "2023-11-14T22:13:20.001Z",
      command: { id: "command of write-1", type: "flip", fingerprint: '{"target":"green"}' },
      actor: { name: "ada", via: "cli" },
      reason: "because",
      events: [{ type: "FlipRequested", target: "green" }],
    });
  });

  it("stores the projection's state as a map, and logs by kind", async () => {
    const { client, table, store } = await openTable();
    await store.append(exampleBatch(stream, 1));
    const state = { live: "green", weights: { blue: 0, green: 100 } };
    await store.project(stream, { revision: 1, schema: 1, hash: "h", state });
    const Key = { pk: stream, sk: "state" };
    const { Item } = await client.send(new GetCommand({ TableName: table, Key }));
    expect(Item).toEqual({ ...Key, revision: 1, schema: 1, hash: "h", state });
    const { Items } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": "index#env" },
      }),
    );
    expect(Items).toEqual([{ pk: "index#env", sk: "rainbow/production" }]);
  });

  it("takes a batch of the largest size and refuses a larger one before sending it", async () => {
    const { client, store } = await openTable();
    const withText = (bytes: number) =>
      exampleBatch(stream, 1, { events: [{ text: "ü".repeat(bytes / 2) }] });
    const room = LARGEST_ITEM_BYTES - itemBytes(batchItem(withText(0)));
    const sent = recordCommands(client);
    await expect(store.append(withText(room + 2 - (room % 2)))).rejects.toThrow(
      /the batch of env#rainbow\/production at revision 1 has 40960\d bytes and DynamoDB takes at most 409600/,
    );
    const large = { revision: 1, schema: 1, hash: "h", state: "x".repeat(LARGEST_ITEM_BYTES) };
    await expect(store.project(stream, large)).rejects.toThrow("the projection of");
    expect(sent).toEqual([]);
    expect(await store.append(withText(room - (room % 2)))).toEqual({ kind: "appended" });
  });

  it("says which log and revision an error was about, and keeps its cause", async () => {
    const { client } = await openTable();
    const store = new DynamoDbEventStore(client, "missing");
    await expect(store.append(exampleBatch(stream, 1))).rejects.toMatchObject({
      message: expect.stringMatching(
        /append to env#rainbow\/production at revision 1: there is no table missing\. `verdigris init --aws` makes it.*Nothing was written\./,
      ),
      kind: "missing",
      cause: { name: "ResourceNotFoundException" },
    });
    await expect(store.read(stream, 7)).rejects.toThrow(`read ${stream} after revision 7`);
  });

  it("leaves a table that is there as it is", async () => {
    const { client, table, store } = await openTable();
    await store.append(exampleBatch(stream, 1));
    expect(await createTable(client, table)).toBe(false);
    expect(await store.read(stream, 0)).toHaveLength(1);
  });

  it("refuses a table with other keys, and leaves it as it is", async () => {
    const { client } = await openTable();
    await client.send(
      new CreateTableCommand({
        ...tableDefinition("others"),
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      }),
    );
    await expect(createTable(client, "others")).rejects.toBeInstanceOf(TableUnfit);
  });
});
