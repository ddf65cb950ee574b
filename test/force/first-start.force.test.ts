import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isSettled } from "../../src/app/environments/find-drift.ts";
import { type FaultPoint, showFaultPoint } from "../../src/main/faults/fault-points.ts";
import { app } from "../support/apps.ts";
import { FAULTY_COMMAND, User, until } from "../support/machine.ts";
import { Table } from "../support/table.ts";
import { pointsAround, sampled } from "./fault-points.ts";
import { rounds } from "./rounds.ts";

interface Started {
  readonly died: boolean;
  readonly calls: readonly string[];
  /** The types of the events of each environment, in order. */
  readonly events: readonly (readonly string[])[];
}

describe("the first operator of a machine", () => {
  it("may be killed between any two calls: the next start comes to the same", {
    timeout: 3_600_000,
  }, async () => {
    const baseline = await firstStart();
    const all = pointsAround(baseline.calls);
    const points = sampled(all, rounds(8, all.length));
    console.log(`first start: ${points.length} of ${all.length} points`);
    const missed: string[] = [];
    for (const point of points) {
      const { died, events } = await firstStart(point);
      expect({ point, events }).toEqual({ point, events: baseline.events });
      if (!died) missed.push(showFaultPoint(point));
    }
    console.log(`never reached: ${missed.join(", ") || "none"}`);
    expect(missed.length).toBeLessThan(points.length / 4);
  });
});

/** Starts in a new folder, dies at the point, starts again, and waits until all has settled. */
async function firstStart(crashAt?: FaultPoint): Promise<Started> {
  const user = await User.withApp(app("1"), FAULTY_COMMAND);
  const callsFile = join(user.home, "calls");
  user.upEnvironment = {
    VERDIGRIS_CALLS_TO: callsFile,
    ...(crashAt ? { VERDIGRIS_CRASH_AT: showFaultPoint(crashAt) } : {}),
  };
  try {
    await user.up().catch((error: unknown) => {
      if (user.upEndedBy !== "SIGKILL") throw error;
    });
    const events = await settledEvents(user);
    const calls = existsSync(callsFile) ? readFileSync(callsFile, "utf8").split("\n") : [];
    return {
      died: user.upEnvironment.VERDIGRIS_CALLS_TO === undefined,
      calls: calls.slice(0, -1),
      events,
    };
  } finally {
    await user.leave();
  }
}

async function settledEvents(user: User): Promise<Started["events"]> {
  const table = await Table.open(user.dataDirectory, "site");
  try {
    return await until("the first start to settle", async () => {
      if (user.upEndedBy === "SIGKILL") {
        user.upEnvironment = {};
        await user.up();
      }
      const states = [await table.environment("test"), await table.environment("production")];
      if (!states.every((state) => isSettled(state) && !state.flip) || !user.ready)
        return undefined;
      for (const state of states) expect(await table.drift(state)).toEqual([]);
      const decided = [await table.decided("test", 0), await table.decided("production", 0)];
      return decided.map((batches) => batches.flatMap(({ events }) => events.map((e) => e.type)));
    });
  } finally {
    table.close();
  }
}
