import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EnvironmentEvent } from "../../src/domain/environment/events.ts";
import { recordNames, wantedRecords } from "../../src/domain/environment/traffic.ts";
import { sameRecords } from "../../src/domain/records.ts";
import { eventStoreContract } from "../../src/ports/event-store.contract.ts";
import { by } from "../support/engine.ts";
import { noFaults, seededFaults } from "../support/faults.ts";
import { FaultyCloud } from "../support/faulty-cloud.ts";
import { FaultyDynamoDb } from "../support/faulty-dynamodb.ts";
import { until } from "../support/machine.ts";
import { visit } from "../support/visit.ts";
import { rounds } from "./rounds.ts";

const ROUNDS = rounds(6, 50);
const DEADLINE_MS = 300;
/** A hang is left out where its deadline would be waited for in every test. */
const QUICK = ["delay", "drop", "throttle", "cut", "duplicate"] as const;

let dynamoDb: FaultyDynamoDb;

beforeAll(async () => {
  dynamoDb = await FaultyDynamoDb.start();
});
afterAll(() => dynamoDb.close());

let stores = 0;
eventStoreContract("DynamoDbEventStore behind a wire with faults", async () => {
  const { store, table } = await dynamoDb.open();
  stores += 1;
  dynamoDb.wire.follow(seededFaults(stores, 0.05, QUICK));
  return {
    store,
    another: async () => (await dynamoDb.open({ table })).store,
    close: async () => dynamoDb.wire.follow(noFaults),
  };
});

describe("faults of table and control socket at once", () => {
  let cloud: FaultyCloud;
  let statuses: Set<number>;
  let visits: { stop(): Promise<void> };

  beforeEach(async () => {
    const { store } = await dynamoDb.open({ maxAttempts: 2, deadlineMs: DEADLINE_MS });
    // What is delayed arrives when its sender has given it up and may have asked again.
    cloud = await FaultyCloud.start({ store, deadlineMs: DEADLINE_MS, delayMs: 2 * DEADLINE_MS });
    statuses = new Set();
    visits = visitors(cloud, statuses);
  }, 120_000);

  afterEach(async () => {
    dynamoDb.wire.follow(noFaults);
    cloud.wire.follow(noFaults);
    await visits.stop();
    await cloud.close();
  });

  it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
    "leave every decision carried out once, and visitors served, seed %i",
    async (seed) => {
      cloud.wire.follow(seededFaults(seed, 0.15));
      dynamoDb.wire.follow(seededFaults(seed + 1_000, 0.1));
      const ids: string[] = [];
      const order = async (command: Parameters<FaultyCloud["command"]>[0]) => {
        ids.push(command.meta.id);
        await cloud.command(command);
        await until(`${command.type} to be carried out`, () => settled(cloud));
        // The caller may not have heard of it: the repeat of what is done does nothing.
        await cloud.command(command);
      };
      for (const letter of ["c", "d"]) {
        const release = cloud.release(letter);
        await order({ type: "deploy", release, meta: by("ci") });
        await order({ type: "request-flip", meta: by("ci") });
        const { requests, live } = await cloud.state();
        const requestId = requests.at(-1)?.id ?? "";
        await order({ type: "approve", requestId, meta: by("ben") });
        await order({ type: "flip", to: live === "blue" ? "green" : "blue", meta: by("ben") });
        await order({ type: "revert", meta: by("ben") });
      }
      const met = [...cloud.wire.calls, ...dynamoDb.wire.calls].filter((call) => call.fault);
      expect(met.length).toBeGreaterThan(8);
      cloud.wire.follow(noFaults);
      dynamoDb.wire.follow(noFaults);
      await visits.stop();
      expect([...statuses]).toEqual([200]);
      await expectOnceEach(cloud, ids);
      await expectWorldAsRecorded(cloud);
    },
  );
});

async function settled(cloud: FaultyCloud): Promise<true | undefined> {
  const state = await cloud.state();
  const isDeploying = Object.values(state.sides).some((s) => s.deployment?.state === "in-flight");
  return (!state.flip && !isDeploying && state.traffic.phase === "in-sync") || undefined;
}

async function expectOnceEach(cloud: FaultyCloud, ids: readonly string[]): Promise<void> {
  const batches = await cloud.decided(0);
  for (const id of ids) {
    expect(batches.filter((batch) => batch.command.id === id)).toHaveLength(1);
  }
  const of = (type: EnvironmentEvent["type"]) =>
    batches.flatMap(({ events }) => events).filter((event) => event.type === type).length;
  expect(of("FlipCompleted")).toBe(of("FlipStarted"));
  expect(of("DeploymentSucceeded")).toBe(of("DeploymentStarted"));
  expect(of("TrafficInSync")).toBe(of("TrafficDecided"));
  expect(of("TrafficBlocked")).toBe(0);
  expect(of("DriftChecked")).toBe(0);
}

async function expectWorldAsRecorded(cloud: FaultyCloud): Promise<void> {
  const state = await cloud.state();
  const configuration = state.configured?.configuration;
  if (!configuration) throw new Error("the environment is not configured");
  const found = await cloud.records(recordNames(configuration));
  expect(sameRecords(found, wantedRecords(state))).toBe(true);
  for (const side of ["blue", "green"] as const) {
    const { serving, pending } = (await cloud.service(side)) ?? {};
    expect(serving?.digest).toBe(state.sides[side]?.release?.artifact.digest);
    expect(serving?.tasks).toMatchObject([{ restarts: 0 }]);
    expect(pending).toBeUndefined();
  }
}

function visitors(cloud: FaultyCloud, statuses: Set<number>): { stop(): Promise<void> } {
  let visiting = true;
  const visits = (async () => {
    while (visiting) statuses.add((await visit(cloud.gateway, "rainbow.test")).status);
  })();
  return {
    async stop() {
      visiting = false;
      await visits;
    },
  };
}
