import { isSettled } from "../../src/app/environments/find-drift.ts";
import { standbyOf } from "../../src/domain/environment/state.ts";
import type { RunState } from "../../src/domain/run/state.ts";
import type { CrashWorld } from "./crash-world.ts";

/** Something that a person or a push asks for, and that the operator may die in. */
export interface Operation {
  readonly name: string;
  /** How many points to die at are enough for a day's work. */
  readonly sample: number;
  /** Brings the world to where it can be asked for. */
  prepare(world: CrashWorld): Promise<void>;
  /** Asks for it, as often as it takes to be answered, and resolves when all is settled. */
  carryOut(world: CrashWorld): Promise<void>;
  /** Whether another side serves afterwards. */
  readonly moves: boolean;
}

export const FLIP: Operation = {
  name: "flip",
  sample: 20,
  moves: true,
  async prepare(world) {
    await world.ask("production", "flip-requests");
    const { requests } = await world.table.environment();
    await world.ask("production", `flip-requests/${requests.at(-1)?.id}/approve`);
  },
  async carryOut(world) {
    const to = standbyOf(await world.table.environment());
    await world.ask("production", "flip", { to });
    await settled(world);
  },
};

export const REVERT: Operation = {
  name: "revert",
  sample: 20,
  moves: true,
  async prepare(world) {
    const state = await world.table.environment();
    const standby = state.sides[standbyOf(state) ?? "main"];
    if (state.lastFlip?.kind === "flip" && standby?.hasBeenLive) return;
    await FLIP.prepare(world);
    await FLIP.carryOut(world);
  },
  async carryOut(world) {
    await world.ask("production", "revert");
    await settled(world);
  },
};

export const DEPLOY: Operation = {
  name: "deploy",
  sample: 16,
  moves: false,
  prepare: async () => undefined,
  async carryOut(world) {
    const { sides } = await world.table.environment();
    const present = Object.values(sides).map(({ release }) => release?.id);
    const release = (await world.releases()).find((id) => !present.includes(id));
    await world.ask("production", "deployments", { release });
    await settled(world);
  },
};

/** A push, its CI, the merge, the release's run, the approval and the flip. */
export const RUN: Operation = {
  name: "run",
  sample: 14,
  moves: true,
  prepare: async () => undefined,
  async carryOut(world) {
    const version = `run-${(await world.table.runs())[0]?.number}`;
    await world.user.write({ "version.js": `export const version = "${version}";\n` });
    const pushed = await world.user.pushBranch(version);
    await world.until(`CI to pass ${version}`, () => ended(world, pushed, "ci"));
    const merged = await world.merge(version);
    const request = await world.until(`${version} to ask`, async () => {
      const { requests } = await world.table.environment();
      return requests.find(
        ({ candidate, status }) => candidate.release.commit === merged && status === "open",
      );
    });
    await world.ask("production", `flip-requests/${request.id}/approve`);
    await world.until(`the run of ${version} to end`, () => ended(world, merged, "release"));
    await settled(world);
  },
};

async function ended(
  world: CrashWorld,
  commit: string,
  kind: "ci" | "release",
): Promise<RunState | undefined> {
  const run = (await world.table.runs()).find(
    ({ started }) => started?.commit === commit && started.kind === kind,
  );
  if (run?.outcome === undefined) return undefined;
  if (run.outcome !== "succeeded") throw new Error(`run ${run.number}: ${run.because}`);
  return run;
}

/** Nothing is under way, in any environment or run. */
async function settled(world: CrashWorld): Promise<void> {
  await world.until("everything to settle", async () => {
    const states = [await world.table.environment("test"), await world.table.environment()];
    const isQuiet = states.every((state) => isSettled(state) && !state.flip);
    return isQuiet && (await world.table.openRuns()) === 0 ? true : undefined;
  });
}
