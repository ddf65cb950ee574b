import fc from "fast-check";
import { expect } from "vitest";
import { MemoryEventStore } from "../../src/adapters/memory/memory-event-store.ts";
import { LogNotUnderstood } from "../../src/app/fold.ts";
import type { Batch, StreamName } from "../../src/domain/batch.ts";
import { isRefusal } from "../../src/domain/refusal.ts";
import { environmentView } from "../../src/http/views/environment.ts";
import type { Projection } from "../../src/ports/event-store.ts";
import { approved, by, deployed, done, execute, memoryEngine, started } from "../support/engine.ts";
import { ALTERATION, type Alteration, alter } from "./altered-json.ts";
import type { Rounds } from "./rounds.ts";

const PRODUCTION = "env#rainbow/production";
const STREAMS = [PRODUCTION, "env#rainbow/test", "app#rainbow"];

/** A table in which one row is not what was written. */
class DamagedStore extends MemoryEventStore {
  damage: { readonly revision: number | "state"; readonly alteration: Alteration } | undefined;

  override async read<Event>(stream: StreamName, after: number): Promise<readonly Batch<Event>[]> {
    const batches = await super.read<Event>(stream, after);
    const { damage } = this;
    if (stream !== PRODUCTION || damage === undefined) return batches;
    return batches.map((batch) =>
      batch.revision === damage.revision
        ? (alter(batch, damage.alteration) as Batch<Event>)
        : batch,
    );
  }

  override async projection(stream: StreamName): Promise<Projection | undefined> {
    const projection = await super.projection(stream);
    if (stream !== PRODUCTION || this.damage?.revision !== "state") return undefined;
    return alter(projection, this.damage.alteration) as Projection;
  }
}

/** The rows of an app with a flip behind it and another that is asked for. */
async function written() {
  const engine = memoryEngine();
  const operator = await started(engine);
  await deployed(engine, operator, "a");
  const requestId = await approved(operator);
  await done(execute(operator, { type: "flip", to: "blue", requestId, meta: by("ben") }));
  await engine.clock.advance(600_000);
  await deployed(engine, operator, "b");
  await approved(operator);
  await operator.stop();
  const logs = await Promise.all(STREAMS.map((stream) => engine.store.read(stream, 0)));
  return { batches: logs.flat(), projection: await engine.store.projection(PRODUCTION) };
}

/**
 * Whatever is in one row of an environment's log, the others go on; and the environment itself is
 * shown, refuses or decides.
 */
export async function fuzzLogs({ runs, seed }: Rounds): Promise<void> {
  const { batches, projection } = await written();
  const last = batches.filter(({ stream }) => stream === PRODUCTION).length;
  expect(last).toBeGreaterThan(10);
  const place = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: last }) },
    { weight: 1, arbitrary: fc.constant("state" as const) },
  );
  const property = fc.asyncProperty(place, ALTERATION, async (revision, alteration) => {
    const store = new DamagedStore();
    for (const batch of batches) await store.append(batch);
    if (projection) await store.project(PRODUCTION, projection);
    store.damage = { revision, alteration };
    const engine = memoryEngine({ store });
    const operator = engine.operator();
    const state = await operator.environments.get("rainbow/production");
    if (!isRefusal(state)) environmentView(state as Parameters<typeof environmentView>[0]);
    await operator.environments.preview("rainbow/production", {
      type: "flip",
      to: "green",
      meta: by("ben"),
    });
    await execute(operator, { type: "freeze", meta: by("ben") });
    const history = operator.environments.history("rainbow/production", { limit: 50 });
    await history.catch((error: unknown) => expect(error).toBeInstanceOf(LogNotUnderstood));
    operator.start();
    await engine.clock.advance(6_000);
    await done(execute(operator, { type: "freeze", meta: by("ben") }, "rainbow/test"));
    await operator.stop();
    expect(engine.logged.filter((line) => line.includes("a pass over everything"))).toEqual([]);
  });
  await fc.assert(property, { numRuns: runs, seed });
}
