import { describe, expect, it } from "vitest";
import type { Engine } from "../../test/support/engine.ts";
import {
  blueGreen,
  by,
  memoryEngine,
  rainbow,
  release,
  stateOf,
} from "../../test/support/engine.ts";
import { among, faultAt, noFaults, seededFaults } from "../../test/support/faults.ts";
import { FaultyStore } from "../../test/support/faulty-store.ts";
import { MemoryEventStore } from "../adapters/memory/memory-event-store.ts";
import type { EnvironmentCommand } from "../domain/environment/commands.ts";
import type { EnvironmentEvent } from "../domain/environment/events.ts";
import { wantedRecords } from "../domain/environment/traffic.ts";
import { sameRecords } from "../domain/records.ts";
import { isRefusal } from "../domain/refusal.ts";
import type { RunningOperator } from "./create-operator.ts";

const NAME = "rainbow/production";
/** A caller whose command met with a fault asks again, under the same command id. */
const ATTEMPTS = 20;
/** For the loop to finish what is decided, with its pauses after faults. */
const PATIENCE_MS = 30_000;

/** A table that meets with faults, and an operator on it with a release to flip to. */
async function ready() {
  const table = new MemoryEventStore();
  const store = new FaultyStore(table);
  const engine = memoryEngine({ store });
  const operator = engine.operator();
  const { flip } = blueGreen();
  const production = blueGreen({ ttlSeconds: 5, flip: { ...flip, drainSeconds: 5 } });
  await insist(() => operator.apps.configure(rainbow({ production }), by("admin")));
  operator.start();
  await engine.clock.advance(1_000);
  return { table, store, engine, operator };
}

/** Two releases go live and one is taken back, as by a person who repeats what gets no answer. */
async function perform(engine: Engine, operator: RunningOperator): Promise<void> {
  const ask = async (command: EnvironmentCommand) => {
    await insist(() => operator.environments.execute(NAME, command));
  };
  for (const [letter, to] of [
    ["a", "blue"],
    ["b", "green"],
  ] as const) {
    await ask({ type: "deploy", release: release(letter), meta: by("ci") });
    await engine.clock.advance(PATIENCE_MS);
    await ask({ type: "request-flip", meta: by("ci") });
    const requestId = (await insist(() => stateOf(operator))).requests.at(-1)?.id ?? "";
    await ask({ type: "approve", requestId, meta: by("ben") });
    await ask({ type: "flip", to, meta: by("ben") });
    await engine.clock.advance(PATIENCE_MS);
  }
  await ask({ type: "revert", meta: by("ben") });
  await engine.clock.advance(PATIENCE_MS);
}

async function insist<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await ask();
      if (isRefusal(answer)) throw new Error(`refused: ${answer.code}: ${answer.message}`);
      return answer;
    } catch (error) {
      if (attempt === ATTEMPTS || !/^fault: /.test((error as Error).message)) throw error;
    }
  }
}

/** What is on record, without ids and times; and whether the world is as the record says. */
async function outcome(table: MemoryEventStore, engine: Engine, operator: RunningOperator) {
  const batches = await table.read<EnvironmentEvent>(`env#${NAME}`, 0);
  const state = await stateOf(operator);
  return {
    decisions: batches.map(({ events }) => events.map((event) => event.type).join(" ")),
    live: state.live,
    inFlight: state.flip !== undefined,
    drift: state.drift,
    recordsAreState: sameRecords(
      engine.zone.all().filter(({ name }) => !name.includes("test.rainbow")),
      wantedRecords(state),
    ),
  };
}

async function outcomeUnder(plan: Parameters<FaultyStore["follow"]>[0]) {
  const { table, store, engine, operator } = await ready();
  store.follow(plan);
  await perform(engine, operator);
  const met = store.calls;
  store.follow(noFaults);
  await engine.clock.advance(PATIENCE_MS);
  const found = await outcome(table, engine, operator);
  await operator.stop();
  return { met, found };
}

describe("a table that meets with faults", () => {
  it.each(["drop", "cut", "duplicate"] as const)(
    "changes no outcome by a %s, whichever write it befalls",
    async (fault) => {
      const { met, found } = await outcomeUnder(noFaults);
      const writes = met.filter(({ what }) => what === "append").length;
      expect(writes).toBeGreaterThan(15);
      for (let write = 0; write < writes; write++) {
        const plan = among(/^append$/, faultAt(write, fault));
        const { met: calls, found: other } = await outcomeUnder(plan);
        expect(calls.filter((call) => call.fault)).toHaveLength(1);
        expect(other, `${fault} of write ${write}`).toEqual(found);
      }
    },
    30_000,
  );

  it.each([1, 2, 3, 4, 5, 6])("changes no outcome with many faults, seed %i", async (seed) => {
    const { found } = await outcomeUnder(noFaults);
    expect(found).toMatchObject({ inFlight: false, drift: [], recordsAreState: true });
    const { met, found: other } = await outcomeUnder(seededFaults(seed, 0.2));
    expect(found.live).toBe("blue");
    expect(met.filter((call) => call.fault).length).toBeGreaterThan(20);
    expect(other).toEqual(found);
  });
});
