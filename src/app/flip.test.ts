import { describe, expect, it } from "vitest";
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
  weights,
} from "../../test/support/engine.ts";
import { fencedRevision } from "../domain/environment/traffic.ts";

describe("a flip", () => {
  it("begins with green live, and the first release goes to blue", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    expect(await deployed(engine, operator, "a")).toBe("blue");
    const state = await stateOf(operator);
    expect(state.live).toBe("green");
    expect(state.sides.blue?.release?.id).toBe("aaaaaaa");
    expect(state.traffic.phase).toBe("in-sync");
    await operator.stop();
  });

  it("moves the records, waits out the TTL and the drain, and completes", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    await approved(operator);
    const flip = await done(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
    await engine.clock.advance(10);
    expect((await stateOf(operator)).traffic.phase).toBe("in-sync");
    expect(weights(engine)).toEqual({ blue: 100, green: 0 });
    expect(fencedRevision("rainbow/production", engine.zone.all())).toBe(flip.revision);
    expect((await stateOf(operator)).flip?.cachesExpiredAt).toBeUndefined();
    await engine.clock.advance(61_000);
    expect((await stateOf(operator)).flip?.cachesExpiredAt).toBeDefined();
    await engine.clock.advance(15_000);
    const state = await stateOf(operator);
    expect(state.flip).toBeUndefined();
    expect(state.lastFlip).toMatchObject({ to: "blue", quiet: { how: "quiet" } });
    await operator.stop();
  });

  it("costs one change of the zone and no look at it", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    await approved(operator);
    const asked: string[] = [];
    const { zone } = engine;
    const [apply, observe] = [zone.apply.bind(zone), zone.observe.bind(zone)];
    zone.apply = (change) => {
      asked.push("apply");
      return apply(change);
    };
    zone.observe = (names) => {
      asked.push("observe");
      return observe(names);
    };
    await done(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
    await engine.clock.advance(10);
    expect(asked).toEqual(["apply"]);
    await operator.stop();
  });

  it("is in sync only when the authoritative servers answer with it", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    await approved(operator);
    const { zone } = engine;
    const ask = zone.ask.bind(zone);
    const before = await ask("_verdigris.rainbow.test", "TXT");
    zone.ask = () => Promise.resolve(before);
    await done(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
    await engine.clock.advance(2000);
    expect((await stateOf(operator)).traffic.phase).toBe("submitted");
    zone.ask = ask;
    await engine.clock.advance(200);
    expect((await stateOf(operator)).traffic.phase).toBe("in-sync");
    await operator.stop();
  });

  it("keeps the old side until the drain is over while clients still reach it", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    await approved(operator);
    await done(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
    const old = { environment: "rainbow/production", side: "green" } as const;
    engine.meter.set(old, { total: 5, open: 1 });
    await engine.clock.advance(100_000);
    const refused = await refusal(
      execute(operator, { type: "deploy", release: release("b"), meta: by("ci") }),
    );
    expect(refused.code).toBe("draining");
    await engine.clock.advance(100_000);
    expect((await stateOf(operator)).lastFlip?.quiet?.how).toBe("deadline");
    await operator.stop();
  });

  it("is refused without an approval, and its refusal leaves no trace", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    const before = await stateOf(operator);
    const refused = await refusal(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
    expect(refused.code).toBe("approval_required");
    expect((await stateOf(operator)).revision).toBe(before.revision);
    await operator.stop();
  });

  it("under an approval for an older release is refused, and both releases are named", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    const requestId = await approved(operator);
    await deployed(engine, operator, "b");
    const refused = await refusal(
      execute(operator, { type: "approve", requestId, meta: by("cleo") }),
    );
    expect(refused.code).toBe("stale_candidate");
    expect(refused.message).toContain("aaaaaaa");
    expect(refused.message).toContain("bbbbbbb");
    await operator.stop();
  });

  it("repeated with its command id returns the first outcome and flips once", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    await approved(operator);
    const meta = by("ben");
    const first = await done(execute(operator, { type: "flip", to: "blue", meta }));
    await engine.clock.advance(200_000);
    const again = await done(execute(operator, { type: "flip", to: "blue", meta }));
    expect(again).toMatchObject({ repeated: true, revision: first.revision, events: first.events });
    await operator.stop();
  });

  it("asked for by two operators at once has one winner", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    const other = engine.operator();
    await deployed(engine, operator, "a");
    await approved(operator);
    await stateOf(other);
    const flips = await Promise.all([
      execute(operator, { type: "flip", to: "blue", meta: by("ben") }),
      execute(other, { type: "flip", to: "blue", meta: by("cleo") }),
    ]);
    expect(flips.map((flip) => flip.kind).sort()).toEqual(["done", "refused"]);
    await operator.stop();
  });

  it("in steps keeps both sides live at the step's weight until it has baked", async () => {
    const engine = memoryEngine();
    const configuration = blueGreen();
    const operator = await started(
      engine,
      rainbow({
        production: {
          ...configuration,
          flip: {
            ...configuration.flip,
            steps: [
              { weight: 10, bakeSeconds: 600 },
              { weight: 100, bakeSeconds: 0 },
            ],
          },
        },
      }),
    );
    await deployed(engine, operator, "a");
    await approved(operator);
    await done(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
    await engine.clock.advance(300_000);
    expect(weights(engine)).toEqual({ blue: 10, green: 90 });
    expect((await stateOf(operator)).live).toBe("green");
    await engine.clock.advance(301_000);
    expect(weights(engine)).toEqual({ blue: 100, green: 0 });
    expect((await stateOf(operator)).live).toBe("blue");
    await operator.stop();
  });
});

describe("a revert", () => {
  it("goes back at once while the old side drains", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await flipped(engine, operator, "a");
    await deployed(engine, operator, "b");
    await approved(operator);
    await done(execute(operator, { type: "flip", to: "green", meta: by("ben") }));
    await engine.clock.advance(1000);
    await done(execute(operator, { type: "revert", meta: by("ben") }));
    await engine.clock.advance(10);
    expect(weights(engine)).toEqual({ blue: 100, green: 0 });
    await operator.stop();
  });

  it("is never a toggle: after a revert, another needs the side's name", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await flipped(engine, operator, "a");
    await flipped(engine, operator, "b");
    await done(execute(operator, { type: "revert", meta: by("ben") }));
    await engine.clock.advance(200_000);
    const again = await refusal(execute(operator, { type: "revert", meta: by("cleo") }));
    expect(again.code).toBe("nothing_to_revert");
    expect((await stateOf(operator)).live).toBe("blue");
    await done(execute(operator, { type: "revert", to: "green", meta: by("cleo") }));
    await operator.stop();
  });

  it("asks the zone to put it before other changes, which a flip doesn't", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    const { zone } = engine;
    const apply = zone.apply.bind(zone);
    const urgencies: unknown[] = [];
    zone.apply = (change, urgency?: unknown) => {
      urgencies.push(urgency);
      return apply(change);
    };
    await flipped(engine, operator, "a");
    await flipped(engine, operator, "b");
    await done(execute(operator, { type: "revert", meta: by("ben") }));
    await engine.clock.advance(100);
    expect(urgencies).toEqual(["change", "change", "revert"]);
    await operator.stop();
  });

  it("to a release that was never live is refused", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await flipped(engine, operator, "a");
    await deployed(engine, operator, "b");
    const refused = await refusal(execute(operator, { type: "revert", meta: by("ben") }));
    expect(refused.code).toBe("nothing_to_revert");
    await operator.stop();
  });
});

describe("a zone that refuses", () => {
  it("blocks the flip with the reason, and resume finishes it", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    await approved(operator);
    engine.zone.refusal = { kind: "forbidden", reason: "no permission" };
    await done(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
    await engine.clock.advance(1000);
    expect((await stateOf(operator)).traffic).toMatchObject({
      phase: "blocked",
      blocked: { code: "forbidden", reason: "no permission" },
    });
    expect(weights(engine)).toEqual({ blue: 0, green: 100 });
    engine.zone.refusal = undefined;
    await done(execute(operator, { type: "resume", meta: by("ben") }));
    await engine.clock.advance(1000);
    expect(weights(engine)).toEqual({ blue: 100, green: 0 });
    await operator.stop();
  });

  it("lets a blocked flip be aborted: traffic stays where it was", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    await approved(operator);
    engine.zone.refusal = { kind: "forbidden", reason: "no permission" };
    await done(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
    await engine.clock.advance(1000);
    await done(execute(operator, { type: "abort", meta: by("ben") }));
    engine.zone.refusal = undefined;
    await engine.clock.advance(1000);
    await done(execute(operator, { type: "resume", meta: by("ben") }));
    await engine.clock.advance(300_000);
    const state = await stateOf(operator);
    expect(state).toMatchObject({ live: "green", lastFlip: { kind: "abort" } });
    expect(state.flip).toBeUndefined();
    expect(weights(engine)).toEqual({ blue: 0, green: 100 });
    await operator.stop();
  });

  it("for a while is tried again until it accepts", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    await approved(operator);
    engine.zone.refusal = { kind: "unavailable", reason: "throttled" };
    await done(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
    await engine.clock.advance(5000);
    expect((await stateOf(operator)).traffic.phase).toBe("decided");
    engine.zone.refusal = undefined;
    await engine.clock.advance(2000);
    expect(weights(engine)).toEqual({ blue: 100, green: 0 });
    await operator.stop();
  });
});

describe("a table that is older than the zone", () => {
  it("blocks the flip and says so, instead of taking the zone back", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    await approved(operator);
    const ahead = engine.zone
      .all()
      .map((record) =>
        record.type === "TXT"
          ? { ...record, values: ["verdigris environment=rainbow/production revision=999"] }
          : record,
      );
    engine.zone.overwrite(ahead);
    await done(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
    await engine.clock.advance(100);
    expect((await stateOf(operator)).traffic.blocked).toMatchObject({
      code: "drift",
      reason: expect.stringContaining("revision 999"),
    });
    expect(engine.zone.all()).toEqual(ahead);
    await operator.stop();
  });
});

describe("a writer that was paused", () => {
  it("is refused by the zone once a newer decision is there", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await flipped(engine, operator, "a");
    await deployed(engine, operator, "b");
    await approved(operator);
    const before = engine.zone.all();
    await done(execute(operator, { type: "flip", to: "green", meta: by("ben") }));
    await engine.clock.advance(10);
    const toGreen = engine.zone.all();
    await done(execute(operator, { type: "revert", meta: by("ben") }));
    await engine.clock.advance(10);
    const late = await engine.zone.apply({ remove: before, add: toGreen });
    expect(late.kind).toBe("refused");
    expect(weights(engine)).toEqual({ blue: 100, green: 0 });
    await operator.stop();
  });
});

async function flipped(
  engine: ReturnType<typeof memoryEngine>,
  operator: Awaited<ReturnType<typeof started>>,
  letter: string,
) {
  const to = await deployed(engine, operator, letter);
  await approved(operator);
  await done(execute(operator, { type: "flip", to, meta: by("ben") }));
  await engine.clock.advance(200_000);
}
