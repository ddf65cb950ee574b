import { describe, expect, it } from "vitest";
import type { Engine } from "../../../test/support/engine.ts";
import {
  approved,
  by,
  deployed,
  done,
  execute,
  memoryEngine,
  onEcs,
  PRODUCTION,
  rainbow,
  started,
  stateOf,
  weights,
} from "../../../test/support/engine.ts";
import type { RunningOperator } from "../create-operator.ts";
import { sideOf } from "./side-of.ts";
import { waitsFor } from "./sizes.ts";

const TTL_AND_DRAIN_MS = 300_000;

async function sizeOf(engine: Engine, operator: RunningOperator, colour: "blue" | "green") {
  const side = sideOf(await stateOf(operator), colour);
  return side && (await engine.runtime.observe(side)).serving?.tasksWanted;
}

/** What the flip in flight is told to wait for. */
async function wait(operator: RunningOperator): Promise<string | undefined> {
  const state = await stateOf(operator);
  const { flip } = state;
  if (!flip) throw new Error("no flip is in flight");
  return waitsFor(state, flip, (await operator.environments.observe(state))[flip.to]);
}

/** Version a is live on blue with `tasks` tasks, and version b on green with one. */
async function grown(tasks: number, change: Parameters<typeof onEcs>[0] = {}) {
  const engine = memoryEngine();
  const operator = await started(engine, rainbow({ production: onEcs(change) }));
  await deployed(engine, operator, "a");
  await approved(operator);
  await done(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
  await engine.clock.advance(TTL_AND_DRAIN_MS);
  const blue = sideOf(await stateOf(operator), "blue");
  if (blue) await engine.runtime.scale(blue, tasks);
  await deployed(engine, operator, "b");
  return { engine, operator };
}

describe("the side that a flip goes to", () => {
  it("has the size of the one that it leaves before traffic moves", async () => {
    const { engine, operator } = await grown(5);
    engine.runtime.mostHealthy = 1;
    await approved(operator);
    await done(execute(operator, { type: "flip", to: "green", meta: by("ben") }));
    await engine.clock.advance(5_000);
    expect(await sizeOf(engine, operator, "green")).toBe(5);
    expect(weights(engine)).toEqual({ blue: 100, green: 0 });
    expect(await wait(operator)).toBe("1 of 5 tasks of green are healthy");
    engine.runtime.mostHealthy = undefined;
    await engine.clock.advance(1_000);
    expect(weights(engine)).toEqual({ blue: 0, green: 100 });
    expect(await wait(operator)).toBeUndefined();
    engine.runtime.mostHealthy = 1;
    expect(await wait(operator)).toBeUndefined();
    await operator.stop();
  });

  it("is never made smaller than it is, and has at least the configured tasks", async () => {
    const { engine, operator } = await grown(1, { process: { ...onEcs().process, tasks: 3 } });
    await approved(operator);
    await done(execute(operator, { type: "flip", to: "green", meta: by("ben") }));
    await engine.clock.advance(1_000);
    expect(await sizeOf(engine, operator, "green")).toBe(3);
    await operator.stop();
  });

  it("is sized as soon as the flip is approved", async () => {
    const { engine, operator } = await grown(5);
    await approved(operator);
    await engine.clock.advance(1_000);
    expect(await sizeOf(engine, operator, "green")).toBe(5);
    await operator.stop();
  });

  it("that never gets there blocks the flip, which goes on when it is resumed", async () => {
    const { engine, operator } = await grown(5, { deployTimeoutSeconds: 60 });
    await approved(operator);
    await engine.clock.advance(1_000);
    engine.runtime.mostHealthy = 2;
    await done(execute(operator, { type: "flip", to: "green", meta: by("ben") }));
    await engine.clock.advance(61_000);
    expect((await stateOf(operator)).traffic.blocked).toEqual({
      code: "not_ready",
      reason: "2 of 5 tasks of green are healthy after 60 s",
    });
    expect(weights(engine)).toEqual({ blue: 100, green: 0 });
    engine.runtime.mostHealthy = undefined;
    await done(execute(operator, { type: "resume", meta: by("ben") }));
    await engine.clock.advance(1_000);
    expect(weights(engine)).toEqual({ blue: 0, green: 100 });
    await operator.stop();
  });
});

describe("a revert", () => {
  async function flipped() {
    const { engine, operator } = await grown(2, { deployTimeoutSeconds: 60 });
    await approved(operator);
    await done(execute(operator, { type: "flip", to: "green", meta: by("ben") }));
    await engine.clock.advance(1_000);
    expect(weights(engine)).toEqual({ blue: 0, green: 100 });
    return { engine, operator };
  }

  it("waits for tasks no longer than a deployment may take, and then goes", async () => {
    const { engine, operator } = await flipped();
    engine.runtime.mostHealthy = 1;
    await done(execute(operator, { type: "revert", meta: by("ben") }));
    await engine.clock.advance(30_000);
    expect(weights(engine)).toEqual({ blue: 0, green: 100 });
    await engine.clock.advance(31_000);
    expect(weights(engine)).toEqual({ blue: 100, green: 0 });
    await operator.stop();
  });

  it("goes at once when the runtime can't be asked", async () => {
    const { engine, operator } = await flipped();
    engine.runtime.observe = () => Promise.reject(new Error("ECS is away"));
    await done(execute(operator, { type: "revert", meta: by("ben") }));
    await engine.clock.advance(1_000);
    expect(weights(engine)).toEqual({ blue: 100, green: 0 });
    await operator.stop();
  });
});

describe("the standby", () => {
  it("is brought back to its floor once the drain is over, and only then", async () => {
    const { engine, operator } = await grown(4, { standbyTasks: 2 });
    await approved(operator);
    await done(execute(operator, { type: "flip", to: "green", meta: by("ben") }));
    await engine.clock.advance(30_000);
    expect((await stateOf(operator)).flip).toBeDefined();
    expect(await sizeOf(engine, operator, "blue")).toBe(4);
    await engine.clock.advance(TTL_AND_DRAIN_MS);
    expect((await stateOf(operator)).flip).toBeUndefined();
    expect(await sizeOf(engine, operator, "blue")).toBe(2);
    expect(await sizeOf(engine, operator, "green")).toBe(4);
    await operator.stop();
  });

  it("keeps its size where no floor is configured", async () => {
    const { engine, operator } = await grown(4);
    await approved(operator);
    await done(execute(operator, { type: "flip", to: "green", meta: by("ben") }));
    await engine.clock.advance(30_000 + TTL_AND_DRAIN_MS);
    expect(await sizeOf(engine, operator, "blue")).toBe(4);
    expect((await stateOf(operator, PRODUCTION)).flip).toBeUndefined();
    await operator.stop();
  });
});
