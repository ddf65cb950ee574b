import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { app } from "../support/apps.ts";
import { COMMAND, until } from "../support/machine.ts";
import { seeded } from "../support/seeded.ts";
import { visit } from "../support/visit.ts";
import { Visitors } from "../support/visitors.ts";
import { carriedOut } from "./crash-rounds.ts";
import { CrashWorld } from "./crash-world.ts";
import { DEPLOY, FLIP, REVERT, RUN } from "./operations.ts";
import { rounds } from "./rounds.ts";
import {
  backAfter,
  builderPid,
  inexcusable,
  type Killing,
  killed,
  pidOf,
  VICTIMS,
  type Victim,
} from "./victims.ts";

const ROUNDS = rounds(12, 100);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
/** A kill comes this long after its operation was asked for, at the most. */
const LATEST_MS = 2_000;

/** Validates for long enough to be killed at it, and tells by which process. */
function slowCheck(pidFile: string): string {
  return `import { writeFileSync } from "node:fs";
writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
setTimeout(() => undefined, 1000);
`;
}

describe("processes that are killed at random while releases are made", () => {
  const chance = seeded(SEED);
  const any = <Item>(items: readonly [Item, ...Item[]]): Item =>
    items[Math.floor(chance() * items.length)] ?? items[0];
  let world: CrashWorld;

  beforeAll(async () => {
    console.log(`SEED=${SEED} ROUNDS=${ROUNDS}`);
    // Answers take long enough for a task to be killed while it has requests.
    const files = app("1", { flip: "drain: 0s", tasks: 2, answerMs: 20 });
    world = await CrashWorld.open(files, COMMAND);
  });
  afterAll(() => world.leave());

  it("cost no release, no acknowledged command, and no visit but those that the dead were answering", {
    timeout: 3_600_000,
  }, async () => {
    const away: number[] = [];
    let excused = 0;
    for (let round = 1; round <= ROUNDS; round++) {
      const operation = any([FLIP, FLIP, REVERT, DEPLOY, RUN]);
      const victim = any(VICTIMS);
      const afterMs = Math.floor(chance() * LATEST_MS);
      const what = `round ${round}: ${victim}, ${afterMs} ms into a ${operation.name}`;
      await operation.prepare(world);
      const killing = later(afterMs).then(() => killedAndBack(world, victim));
      const carried = await carriedOut(world, operation, killing).catch((error: unknown) => {
        throw new Error(what, { cause: error });
      });
      const kill = await killing;
      if (victim === "local cloud") away.push(backAfter(kill.gone, carried.visits) - kill.at);
      else excused += carried.lost.length;
      console.log(`${what}: ${carried.visits.length} visits, ${carried.lost.length} lost`);
      expect({ what, faults: carried.faults }).toEqual({ what, faults: [] });
      const losses = inexcusable(victim, kill, carried.lost, carried.visits);
      expect({ what, kill, losses }).toEqual({ what, kill, losses: [] });
      await allTasks(world);
    }
    console.log(
      `the gateway was away for ${away.join(", ")} ms; dying tasks took ${excused} visits`,
    );
    for (const { commandId, environment, revision } of world.acknowledged) {
      const [batch] = await world.table.decided(environment, revision - 1);
      expect(batch?.command.id).toBe(commandId);
    }
  });

  it("lose hardly a visit at a task while there are connections that it has answered on", async () => {
    const { gateway = "" } = world.user.ready ?? {};
    const lost: string[] = [];
    for (let kills = 0; kills < 3; kills++) {
      // More at once than later, so that there are connections enough.
      const first = new Visitors(gateway, "site.test", 16);
      await until("connections to both tasks", async () => first.visits.length > 300 || undefined);
      await first.stop();
      const visitors = new Visitors(gateway, "site.test", 6);
      await until("visits", async () => visitors.visits.length > 20 || undefined);
      await killed(await pidOf(world, "live task"));
      const served = visitors.visits.length;
      await until("more visits", async () => visitors.visits.length > served + 20 || undefined);
      await visitors.stop();
      lost.push(...visitors.failures);
      await allTasks(world);
    }
    // Three visitors are at each task. A visit that opened a connection of its own is not sent again.
    expect(lost.length, lost.join("; ")).toBeLessThanOrEqual(1);
  });

  it("fail the run whose build they do, and nothing else", async () => {
    const { user, table } = world;
    const pidFile = join(user.home, "builder.pid");
    const before = await table.environment();
    await user.write({ "check.js": slowCheck(pidFile) });
    const commit = await user.pushBranch("killed-build");
    await killed(await until("the validation to begin", async () => builderPid(pidFile)));
    const run = await until("the run to end", async () =>
      (await table.runs()).find((one) => one.started?.commit === commit && one.outcome),
    );
    expect(run.outcome).toBe("failed");
    expect(run.because).toMatch(/`node check.js` (was killed by SIGKILL|exited with code 137)/);
    expect((await table.environment()).revision).toBe(before.revision);
    await user.git("commit", "--quiet", "--allow-empty", "-m", "Try again");
    const again = await user.pushBranch("killed-build");
    await user.runOf(again, ({ outcome }) => outcome === "succeeded");
  });
});

async function killedAndBack(world: CrashWorld, victim: Victim): Promise<Killing> {
  const killing = await killed(await pidOf(world, victim));
  const { gateway = "" } = world.user.ready ?? {};
  await until("the gateway to answer", async () => {
    const answer = await visit(gateway, "site.test").catch(() => undefined);
    return answer?.status === 200 || undefined;
  });
  return killing;
}

/** Both tasks of both sides answer, so that the next kill finds a task that can take over. */
async function allTasks(world: CrashWorld): Promise<void> {
  await world.until("all tasks to be healthy", async () => {
    const view = await world.user.environment().catch(() => undefined);
    const tasks = Object.values(view?.sides ?? {}).map((side) => side.tasks);
    return (tasks.length === 2 && tasks.every((one) => one?.healthy === 2)) || undefined;
  });
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
