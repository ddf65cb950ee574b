import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FaultPoint } from "../../src/main/faults/fault-points.ts";
import { showFaultPoint } from "../../src/main/faults/fault-points.ts";
import { app } from "../support/apps.ts";
import { FAULTY_COMMAND } from "../support/machine.ts";
import { type Carried, carriedOut, crashed } from "./crash-rounds.ts";
import { CrashWorld } from "./crash-world.ts";
import { pointsAround, sampled } from "./fault-points.ts";
import { DEPLOY, FLIP, type Operation, REVERT, RUN } from "./operations.ts";
import { rounds } from "./rounds.ts";

/** An operation, the calls of ports that it takes, and where among them the operator is to die. */
interface Planned {
  readonly operation: Operation;
  readonly baseline: Carried;
  readonly points: readonly FaultPoint[];
}

/**
 * `ROUNDS=all` visits every point, `ROUNDS=<n>` at most n of each operation; `POINTS=<pattern>` only those
 * whose name matches.
 */
const { POINTS = "" } = process.env;

describe("an operator that is killed between any two calls", () => {
  let world: CrashWorld;

  beforeAll(async () => {
    world = await CrashWorld.open(app("1", { flip: "drain: 0s" }), FAULTY_COMMAND);
  });
  afterAll(() => world.leave());

  // A revert needs a flip before it.
  it.each([
    ["a flip or a revert", [FLIP, REVERT]],
    ["a deployment", [DEPLOY]],
    ["a run", [RUN]],
  ] as const)(
    "converges in %s as if it had lived",
    { timeout: 3_600_000 },
    async (_, operations) => {
      const plan: Planned[] = [];
      for (const operation of operations) plan.push(await planned(world, operation));
      const [missed, faults] = await visited(world, plan);
      console.log(`never reached: ${missed.join(", ") || "none"}`);
      expect(faults).toEqual([]);
      const all = plan.flatMap(({ points }) => points);
      expect(missed.length).toBeLessThan(all.length / 4);
    },
  );
});

/** Carries the operation out without a fault and sees which calls it takes. */
async function planned(world: CrashWorld, operation: Operation): Promise<Planned> {
  world.crashNext(undefined);
  await world.restart();
  await operation.prepare(world);
  const baseline = await carriedOut(world, operation);
  expect(baseline).toMatchObject({ faults: [], lost: [] });
  const all = pointsAround(world.calls()).filter((point) =>
    new RegExp(POINTS).test(showFaultPoint(point)),
  );
  const points = sampled(all, rounds(operation.sample, all.length));
  console.log(
    `${operation.name}: ${points.length} of ${all.length} points\n  ${points.map(showFaultPoint).join("\n  ")}`,
  );
  return { operation, baseline, points };
}

/** Dies at each point, the operations by turns. Returns points that were never reached, and faults. */
async function visited(
  world: CrashWorld,
  plan: readonly Planned[],
): Promise<readonly [missed: string[], faults: string[]]> {
  const missed: string[] = [];
  const faults: string[] = [];
  const turns = byTurns(plan);
  world.crashNext(turns[0]?.point);
  await world.restart();
  for (const [n, { operation, baseline, point }] of turns.entries()) {
    await operation.prepare(world);
    world.crashNext(turns[n + 1]?.point);
    const round = await crashed(world, operation, point, baseline);
    faults.push(...round.faults);
    if (!round.died) missed.push(`${operation.name} ${showFaultPoint(point)}`);
  }
  return [missed, faults];
}

function byTurns(plan: readonly Planned[]) {
  const longest = Math.max(...plan.map(({ points }) => points.length));
  return Array.from({ length: longest }, (_, turn) =>
    plan.flatMap(({ points, ...rest }) => {
      const point = points[turn];
      return point ? [{ ...rest, point }] : [];
    }),
  ).flat();
}
