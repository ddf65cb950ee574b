import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAULTS, faultAt, noFaults } from "../../../test/support/faults.ts";
import { FaultyDynamoDb } from "../../../test/support/faulty-dynamodb.ts";
import { exampleBatch } from "../../ports/event-store.contract.ts";
import { DynamoDbRequestError } from "./dynamodb-error.ts";

const stream = "env#rainbow/production";
let dynamoDb: FaultyDynamoDb;

beforeAll(async () => {
  dynamoDb = await FaultyDynamoDb.start();
});

afterAll(() => dynamoDb.close());

describe("an append", () => {
  it.each(FAULTS)("that meets with a %s and is repeated is there once", async (fault) => {
    const { store, table } = await dynamoDb.open({ maxAttempts: 1, deadlineMs: 500 });
    const rival = (await dynamoDb.open({ table })).store;
    await store.append(exampleBatch(stream, 1));
    for (const [call, revision] of [2, 3, 4].entries()) {
      const append = () => store.append(exampleBatch(stream, revision));
      dynamoDb.wire.follow(faultAt(call, fault));
      const met = await append().catch((error: unknown) => error);
      dynamoDb.wire.follow(noFaults);
      if (met instanceof Error) {
        expect(met).toBeInstanceOf(DynamoDbRequestError);
        expect(met.message).toContain(
          fault === "throttle" ? "Nothing was written." : "may or may not have taken effect",
        );
        expect(await append()).toEqual({ kind: "appended" });
      } else expect(met).toEqual({ kind: "appended" });
      const other = exampleBatch(stream, revision, { id: "rival" });
      expect(await rival.append(other)).toEqual({ kind: "conflict" });
      expect(await rival.read(stream, revision - 1)).toEqual([exampleBatch(stream, revision)]);
    }
  });
});

it("a table that never answers is given up on at the deadline", async () => {
  const { store } = await dynamoDb.open({ deadlineMs: 100 });
  dynamoDb.wire.follow(() => "hang");
  await expect(store.read(stream, 0)).rejects.toBeInstanceOf(DynamoDbRequestError);
  await expect(store.append(exampleBatch(stream, 1))).rejects.toThrow(/may or may not/);
  await expect(store.list({ prefix: "env#", limit: 1 })).rejects.toThrow(/list env#/);
});
