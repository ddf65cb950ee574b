import { describe, expect, it } from "vitest";
import type { Engine } from "../../test/support/engine.ts";
import {
  approved,
  blueGreen,
  by,
  deployed,
  done,
  execute,
  memoryEngine,
  rainbow,
  refusal,
  release,
  started,
  stateOf,
} from "../../test/support/engine.ts";
import { uuid7 } from "../contract/uuid7.ts";
import { REMEMBERED_COMMANDS } from "../domain/batch.ts";
import type { RunningOperator } from "./create-operator.ts";

const DAY_MS = 86_400_000;
const JUMPS = [DAY_MS, -DAY_MS, 60_000, -60_000];

/** A flip to blue whose records are in sync and whose TTL of 60 s runs. */
async function flipping(): Promise<{ engine: Engine; operator: RunningOperator }> {
  const engine = memoryEngine();
  const operator = await started(engine);
  await deployed(engine, operator, "a");
  await approved(operator);
  await done(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
  await engine.clock.advance(10);
  expect((await stateOf(operator)).traffic.phase).toBe("in-sync");
  return { engine, operator };
}

describe.each(JUMPS)("a clock that is set by %i ms", (jump) => {
  it("makes a flip wait out the TTL and the quiet time all the same, and no longer", async () => {
    const { engine, operator } = await flipping();
    engine.clock.jump(jump);
    await engine.clock.advance(58_000);
    expect((await stateOf(operator)).flip?.cachesExpiredAt).toBeUndefined();
    await engine.clock.advance(3_000);
    expect((await stateOf(operator)).flip?.cachesExpiredAt).toBeDefined();
    engine.clock.jump(-jump);
    await engine.clock.advance(5_000);
    expect((await stateOf(operator)).flip).toBeDefined();
    await engine.clock.advance(8_000);
    expect((await stateOf(operator)).lastFlip?.quiet?.how).toBe("quiet");
    await operator.stop();
  });

  it("leaves a drain that nobody ends its deadline", async () => {
    const { engine, operator } = await flipping();
    const old = { environment: "rainbow/production", side: "green" } as const;
    engine.meter.set(old, { total: 5, open: 1 });
    await engine.clock.advance(61_000);
    engine.clock.jump(jump);
    await engine.clock.advance(110_000);
    expect((await stateOf(operator)).flip).toBeDefined();
    await engine.clock.advance(15_000);
    expect((await stateOf(operator)).lastFlip?.quiet?.how).toBe("deadline");
    await operator.stop();
  });

  it("leaves it to the runtime alone to fail a deployment that is on its way", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    engine.runtime.isHeldBack = true;
    await deployed(engine, operator, "a");
    engine.clock.jump(jump);
    await engine.clock.advance(600_000);
    expect((await stateOf(operator)).sides.blue?.deployment?.state).toBe("in-flight");
    engine.runtime.failing.set(release("a").artifact.digest, "not healthy within 600 s");
    engine.runtime.isHeldBack = false;
    await engine.clock.advance(1_000);
    expect((await stateOf(operator)).sides.blue?.deployment?.state).toBe("failed");
    await operator.stop();
  });
});

it("a flip goes on after a restart with a clock that was set back, one TTL late at most", async () => {
  const { engine, operator } = await flipping();
  await engine.clock.advance(30_000);
  await operator.stop();
  engine.clock.jump(-DAY_MS);
  const next = engine.operator();
  next.start();
  await engine.clock.advance(58_000);
  expect((await stateOf(next)).flip?.cachesExpiredAt).toBeUndefined();
  await engine.clock.advance(15_000);
  expect((await stateOf(next)).flip).toBeUndefined();
  await next.stop();
});

it("a flip goes on after a restart from what has passed already", async () => {
  const { engine, operator } = await flipping();
  await engine.clock.advance(30_000);
  await operator.stop();
  await engine.clock.advance(20_000);
  const next = engine.operator();
  next.start();
  await engine.clock.advance(5_000);
  expect((await stateOf(next)).flip?.cachesExpiredAt).toBeUndefined();
  await engine.clock.advance(6_000);
  expect((await stateOf(next)).flip?.cachesExpiredAt).toBeDefined();
  await next.stop();
});

describe("an approval", () => {
  it("expires by the calendar: earlier when the clock is set forwards", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    await approved(operator);
    engine.clock.jump(DAY_MS);
    const flip = execute(operator, { type: "flip", to: "blue", meta: by("ben") });
    expect((await refusal(flip)).code).toBe("approval_expired");
    await operator.stop();
  });

  it("and later when it is set back, by as much", async () => {
    const engine = memoryEngine();
    const { flip } = blueGreen();
    const approvals = { ...flip.approvals, expiresSeconds: 600 };
    const production = blueGreen({ flip: { ...flip, approvals } });
    const operator = await started(engine, rainbow({ production }));
    await deployed(engine, operator, "a");
    await approved(operator);
    engine.clock.jump(-60_000);
    await engine.clock.advance(600_000);
    expect((await stateOf(operator)).requests.at(-1)?.status).toBe("approved");
    await engine.clock.advance(65_000);
    expect((await stateOf(operator)).requests.at(-1)?.status).toBe("expired");
    await operator.stop();
  });
});

it("a command is recognised for ever, also when clocks were set back after it was made", async () => {
  const engine = memoryEngine();
  const operator = await started(engine);
  await operator.stop();
  engine.clock.jump(DAY_MS);
  const meta = by("ben", { id: `cli-${uuid7(engine.clock.now())}` });
  const first = await done(execute(operator, { type: "freeze", meta }));
  engine.clock.jump(-DAY_MS);
  for (let n = 0; n < REMEMBERED_COMMANDS + 10; n++) {
    const type = n % 2 === 0 ? "unfreeze" : "freeze";
    await done(execute(operator, { type, meta: by("ben") }));
  }
  const before = (await stateOf(operator)).revision;
  const again = await done(execute(operator, { type: "freeze", meta }));
  expect(again).toMatchObject({ repeated: true, revision: first.revision });
  expect((await stateOf(operator)).revision).toBe(before);
});

it("a command whose maker's clock is ahead is recognised for ever too", async () => {
  const engine = memoryEngine();
  const operator = await started(engine);
  await operator.stop();
  const id = `cli-${uuid7(engine.clock.now() + DAY_MS)}`;
  const deploy = { type: "deploy", release: release("a"), meta: by("ben", { id }) } as const;
  const first = await done(execute(operator, deploy));
  for (let n = 0; n < REMEMBERED_COMMANDS + 10; n++) {
    const type = n % 2 === 0 ? "freeze" : "unfreeze";
    await done(execute(operator, { type, meta: by("ben") }));
  }
  await engine.clock.advance(2 * DAY_MS);
  const again = await done(execute(operator, deploy));
  expect(again).toMatchObject({ repeated: true, revision: first.revision });
});
