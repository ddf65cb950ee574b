import type { Batch } from "../../src/domain/batch.ts";
import type { EnvironmentState } from "../../src/domain/environment/state.ts";
import type { FaultPoint } from "../../src/main/faults/fault-points.ts";
import { showFaultPoint } from "../../src/main/faults/fault-points.ts";
import { until } from "../support/machine.ts";
import { type Loss, type Visit, Visitors } from "../support/visitors.ts";
import type { CrashWorld, Serving } from "./crash-world.ts";
import type { Operation } from "./operations.ts";
import { faultsOfVisits } from "./traffic-legs.ts";

/** Calls that the operator makes every few seconds come by themselves. */
const LATE_CALL_MS = 6_000;
const VISITORS = 4;

/** What an operation came to. */
export interface Carried {
  /** The types of the events on record, in order. */
  readonly events: readonly string[];
  /** Visits that failed. */
  readonly lost: readonly Loss[];
  readonly visits: readonly Visit[];
  /** What else was not as it should be. */
  readonly faults: readonly string[];
}

export interface Crashed {
  /** Whether the operator came to the point and died. */
  readonly died: boolean;
  readonly faults: readonly string[];
}

/**
 * Carries the operation out under load, and tells what was not as it should be. The load goes on until
 * `meanwhile` is over too.
 */
export async function carriedOut(
  world: CrashWorld,
  operation: Operation,
  meanwhile?: Promise<unknown>,
): Promise<Carried> {
  const before = await seen(world);
  const asked = world.acknowledged.length;
  const visitors = new Visitors(world.user.ready?.gateway ?? "", "site.test", VISITORS);
  try {
    await until("visitors", async () => visitors.visits.length > VISITORS || undefined);
    world.count();
    await Promise.all([operation.carryOut(world), meanwhile]);
  } finally {
    await visitors.stop();
  }
  const after = await seen(world);
  const decided = await world.table.decided("production", before.state.revision);
  const drift = await world.until("the world to be seen", () =>
    world.table.drift(after.state).catch(() => undefined),
  );
  const legs = operation.moves ? [before.serving, after.serving] : [before.serving];
  const faults = [
    ...faultsOfVisits(visitors.visits, legs, after.state.lastFlip?.cachesExpiredAt),
    ...drift.map((item) => `drift: ${JSON.stringify(item)}`),
  ];
  if ((before.serving.side !== after.serving.side) !== operation.moves) {
    faults.push(`${before.serving.side} was live before, and ${after.serving.side} is now`);
  }
  for (const { commandId, revision } of world.acknowledged.slice(asked)) {
    const batches = decided.filter(({ command }) => command.id === commandId);
    if (batches.length !== 1 || batches[0]?.revision !== revision) {
      faults.push(
        `${commandId}, acknowledged at ${revision}, is on record ${batches.length} times`,
      );
    }
  }
  const events = [
    ...typesOf(decided),
    ...typesOf(await world.table.decided("test", before.test)),
    ...(await eventsOfRuns(world, before.run)),
  ];
  return { events, lost: visitors.lost, visits: visitors.visits, faults };
}

/** Of the runs after one, each in the order of names: jobs that run side by side end in any order. */
async function eventsOfRuns(world: CrashWorld, after: number): Promise<readonly string[]> {
  const runs = (await world.table.runs()).filter(({ number }) => number > after);
  const events = await Promise.all(runs.map((run) => world.table.runEvents(run)));
  return events.flatMap((types) => types.filter((type) => type !== "JobNoted").sort());
}

function typesOf(batches: readonly Batch<{ readonly type: string }>[]): readonly string[] {
  return batches.flatMap(({ events }) => events.map(({ type }) => type));
}

/** The same while the operator dies at the point, which it was started with. */
export async function crashed(
  world: CrashWorld,
  operation: Operation,
  point: FaultPoint,
  baseline: Carried,
): Promise<Crashed> {
  const deaths = world.deaths;
  const carried = await carriedOut(world, operation).catch((error: unknown) => {
    throw new Error(`${operation.name}, ${showFaultPoint(point)}`, { cause: error });
  });
  const deadline = Date.now() + LATE_CALL_MS;
  while (world.deaths === deaths && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await world.revive();
  }
  const died = world.deaths - deaths;
  if (died === 0) await world.restart();
  const faults = [...carried.faults, ...carried.lost.map(({ why }) => `a visit failed: ${why}`)];
  if (died > 1) faults.push(`the operator died ${died} times`);
  if (carried.events.join() !== baseline.events.join()) {
    faults.push(`on record are ${carried.events}; without a crash ${baseline.events}`);
  }
  return {
    died: died > 0,
    faults: faults.map((fault) => `${operation.name}, ${showFaultPoint(point)}: ${fault}`),
  };
}

interface Seen {
  readonly state: EnvironmentState;
  readonly serving: Serving;
  /** The revision of the test environment. */
  readonly test: number;
  /** The newest run. */
  readonly run: number;
}

async function seen(world: CrashWorld): Promise<Seen> {
  const state = await world.table.environment();
  return {
    state,
    serving: await world.serving(state),
    test: (await world.table.environment("test")).revision,
    run: (await world.table.runs())[0]?.number ?? 0,
  };
}
