import { describe, expect, it } from "vitest";
import {
  approved,
  by,
  deployed,
  execute,
  memoryEngine,
  PRODUCTION,
  rainbow,
  started,
  stateOf,
  weights,
} from "../../test/support/engine.ts";

/** An environment with a release on its standby, approved, whose operators have all stopped. */
async function waiting() {
  const engine = memoryEngine();
  const operator = await started(engine);
  await deployed(engine, operator, "a");
  await approved(operator);
  await operator.stop();
  return engine;
}

describe("a pass", () => {
  it("registers what was configured, and sends its records", async () => {
    const engine = memoryEngine();
    const operator = engine.operator();
    await operator.apps.configure(rainbow(), by("ana"));
    expect(engine.zone.all()).toEqual([]);
    await operator.pass();
    expect(weights(engine)).toEqual({ blue: 0, green: 100 });
  });

  it("carries out what is due, and tells when to look again", async () => {
    const engine = await waiting();
    const operator = engine.operator();
    await execute(operator, { type: "flip", to: "blue", meta: by("ben") });
    expect(weights(engine)).toEqual({ blue: 0, green: 100 });
    const again = await operator.pass();
    expect(weights(engine)).toEqual({ blue: 100, green: 0 });
    expect(again).toBeGreaterThan(0);
    expect((await stateOf(operator)).flip?.inSyncAt).toBeDefined();
  });

  it("of another process goes on where one left off, until nothing is under way", async () => {
    const engine = await waiting();
    await execute(engine.operator(), { type: "flip", to: "blue", meta: by("ben") });
    const passes: (number | undefined)[] = [];
    for (let i = 0; i < 20 && !passes.includes(undefined); i++) {
      passes.push(await engine.operator().pass());
      await engine.clock.advance(30_000);
    }
    expect(passes.at(-1)).toBeUndefined();
    const state = await stateOf(engine.operator());
    expect(state.flip).toBeUndefined();
    expect(state.lastFlip).toMatchObject({ to: "blue" });
  });

  it("looks for drift when it is asked to", async () => {
    const engine = await waiting();
    engine.zone.overwrite([]);
    const operator = engine.operator();
    await operator.pass();
    expect((await stateOf(operator)).drift).toEqual([]);
    await operator.pass({ drift: true });
    expect((await stateOf(operator)).drift).not.toEqual([]);
  });

  it("that fails in one environment goes on in the others, and is made again", async () => {
    const engine = memoryEngine();
    const operator = engine.operator();
    await operator.apps.configure(rainbow(), by("ana"));
    engine.runtime.prepare = async ({ environment }) => {
      if (environment === "rainbow/test") throw new Error("the runtime is away");
    };
    expect(await operator.pass()).toBeGreaterThan(0);
    expect(engine.logged.join()).toContain("work on rainbow/test failed");
    expect((await stateOf(operator, PRODUCTION)).traffic.phase).toBe("in-sync");
  });
});
