import { describe, expect, it } from "vitest";
import {
  approved,
  blueGreen,
  by,
  deployed,
  done,
  execute,
  memoryEngine,
  onEcs,
  PRODUCTION,
  rainbow,
  refusal,
  release,
  started,
  stateOf,
  weights,
} from "../../test/support/engine.ts";
import { isRefusal } from "../domain/refusal.ts";

describe("drift", () => {
  it("of a record is seen, named, left alone, keeps flips out, and is mended on demand", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    await approved(operator);
    const byHand = engine.zone
      .all()
      .map((record) =>
        record.set?.id === "blue" && record.name === "rainbow.test"
          ? { ...record, set: { id: "blue", weight: 7 } }
          : record,
      );
    engine.zone.overwrite(byHand);
    await engine.clock.advance(11_000);
    const state = await stateOf(operator);
    expect(state.drift[0]).toMatchObject({
      kind: "records",
      found: expect.stringContaining("weight 7"),
      mend: "verdigris drift rainbow/production --mend",
    });
    const refused = await refusal(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
    expect(refused.code).toBe("drift");
    expect(engine.zone.all()).toEqual(byHand);
    await done(operator.environments.mend("rainbow/production", by("ben")));
    await engine.clock.advance(3000);
    expect(weights(engine)).toEqual({ blue: 0, green: 100 });
    expect((await stateOf(operator)).drift).toEqual([]);
    await operator.stop();
  });

  it("of every record, all deleted, is mended too", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    engine.zone.overwrite([]);
    await engine.clock.advance(11_000);
    expect((await stateOf(operator)).drift).toHaveLength(4);
    await done(operator.environments.mend("rainbow/production", by("ben")));
    await engine.clock.advance(3000);
    expect(weights(engine)).toEqual({ blue: 0, green: 100 });
    const again = await refusal(operator.environments.mend("rainbow/production", by("ben")));
    expect(again.code).toBe("nothing_to_mend");
    await operator.stop();
  });

  it("that was mended without an answer is told as mended when the same command comes again (G4)", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    engine.zone.overwrite([]);
    await engine.clock.advance(11_000);
    const meta = by("ben");
    const mended = await done(operator.environments.mend("rainbow/production", meta));
    await engine.clock.advance(3000);
    const { revision } = await stateOf(operator);
    const again = await done(operator.environments.mend("rainbow/production", meta));
    expect(again).toMatchObject({ revision: mended.revision, events: mended.events });
    expect((await stateOf(operator)).revision).toBe(revision);
    await operator.stop();
  });

  it("of a side that runs another release is seen, and mended by deploying again", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    const side = { environment: "rainbow/production", side: "blue" } as const;
    const { process } = blueGreen();
    await engine.runtime.deploy(side, {
      id: "by-hand",
      revision: 1000,
      releaseId: "ccccccc",
      artifact: release("c").artifact,
      process,
      healthTimeoutSeconds: 10,
    });
    await engine.clock.advance(11_000);
    expect((await stateOf(operator)).drift).toMatchObject([{ kind: "side", side: "blue" }]);
    const refused = await refusal(execute(operator, { type: "request-flip", meta: by("ben") }));
    expect(refused.code).toBe("drift");
    await done(operator.environments.mend("rainbow/production", by("ben")));
    await engine.clock.advance(3000);
    expect((await stateOf(operator)).drift).toEqual([]);
    expect((await engine.runtime.observe(side)).serving?.releaseId).toBe("aaaaaaa");
    await deployed(engine, operator, "d");
    expect((await engine.runtime.observe(side)).serving?.releaseId).toBe("ddddddd");
    await operator.stop();
  });

  it("of a side that obeys a newer deployment of the same release is seen and mended as well", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    const side = { environment: "rainbow/production", side: "blue" } as const;
    const { artifact, id: releaseId } = release("a");
    await engine.runtime.deploy(side, {
      id: "by-hand",
      revision: 1000,
      releaseId,
      artifact,
      process: { ...blueGreen().process, tasks: 7 },
      healthTimeoutSeconds: 10,
    });
    await engine.clock.advance(11_000);
    const { drift, revision } = await stateOf(operator);
    expect(drift).toMatchObject([
      { side: "blue", found: expect.stringContaining("revision 1000") },
    ]);
    await engine.clock.advance(11_000);
    expect((await stateOf(operator)).revision).toBe(revision);
    await done(operator.environments.mend("rainbow/production", by("ben")));
    await engine.clock.advance(3000);
    expect((await engine.runtime.observe(side)).serving?.tasksWanted).toBe(1);
    await deployed(engine, operator, "d");
    await operator.stop();
  });

  it("in the middle of a flip is seen, holds back the next step, and goes on when it is mended", async () => {
    const engine = memoryEngine();
    const steps = [
      { weight: 10, bakeSeconds: 600 },
      { weight: 100, bakeSeconds: 0 },
    ];
    const operator = await started(
      engine,
      rainbow({ production: blueGreen({ flip: { ...blueGreen().flip, steps } }) }),
    );
    await deployed(engine, operator, "a");
    await approved(operator);
    await done(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
    await engine.clock.advance(1000);
    expect(weights(engine)).toEqual({ blue: 10, green: 90 });
    const byHand = engine.zone.all().filter((record) => record.type !== "TXT");
    engine.zone.overwrite(byHand);
    await engine.clock.advance(11_000);
    expect((await stateOf(operator)).drift).toMatchObject([{ kind: "records" }]);
    const deploy = { type: "deploy", release: release("b"), meta: by("ci") } as const;
    expect((await refusal(execute(operator, deploy))).code).toBe("drift");
    await engine.clock.advance(700_000);
    expect(engine.zone.all()).toEqual(byHand);
    await done(operator.environments.mend("rainbow/production", by("ben")));
    await engine.clock.advance(1000);
    expect(weights(engine)).toEqual({ blue: 10, green: 90 });
    await engine.clock.advance(600_000);
    expect(weights(engine)).toEqual({ blue: 100, green: 0 });
    expect((await stateOf(operator)).drift).toEqual([]);
    await operator.stop();
  });

  it("that is mended holds nobody up until the next check", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    engine.zone.overwrite([]);
    await engine.clock.advance(11_000);
    await done(operator.environments.mend("rainbow/production", by("ben")));
    await done(execute(operator, { type: "deploy", release: release("b"), meta: by("ci") }));
    await operator.stop();
  });

  it("that nobody had seen yet blocks the flip in the zone itself", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    await approved(operator);
    const withoutFence = engine.zone.all().filter((record) => record.type !== "TXT");
    engine.zone.overwrite(withoutFence);
    await done(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
    await engine.clock.advance(100);
    expect((await stateOf(operator)).traffic.blocked?.code).toBe("drift");
    expect(engine.zone.all()).toEqual(withoutFence);
    await done(operator.environments.mend("rainbow/production", by("ben")));
    await engine.clock.advance(100);
    expect(weights(engine)).toEqual({ blue: 100, green: 0 });
    await operator.stop();
  });

  it("of a record that the change leaves as it is blocks the flip as well", async () => {
    const engine = memoryEngine();
    const operator = await started(
      engine,
      rainbow({
        production: blueGreen({
          flip: {
            approvals: { required: 1, expiresSeconds: 86_400, authorMayApprove: true },
            steps: [
              { weight: 10, bakeSeconds: 60 },
              { weight: 100, bakeSeconds: 0 },
            ],
            drainSeconds: 0,
          },
        }),
      }),
    );
    await deployed(engine, operator, "a");
    await approved(operator);
    const touched = engine.zone
      .all()
      .map((record) =>
        record.name.startsWith("standby.") ? { ...record, ttlSeconds: 9 } : record,
      );
    engine.zone.overwrite(touched);
    await done(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
    await engine.clock.advance(100);
    expect((await stateOf(operator)).traffic.blocked?.code).toBe("drift");
    expect(engine.zone.all()).toEqual(touched);
    await operator.stop();
  });

  it("under a change that is not in sync yet blocks it, instead of waiting for ever", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    await approved(operator);
    engine.zone.isHeldBack = true;
    await done(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
    await engine.clock.advance(200);
    expect((await stateOf(operator)).traffic.phase).toBe("submitted");
    engine.zone.overwrite(engine.zone.all().filter((record) => record.type !== "TXT"));
    engine.zone.isHeldBack = false;
    await engine.clock.advance(200);
    const { traffic } = await stateOf(operator);
    expect(traffic).toMatchObject({ phase: "blocked", blocked: { code: "drift" } });
    await done(operator.environments.mend("rainbow/production", by("ben")));
    await engine.clock.advance(500);
    expect((await stateOf(operator)).traffic.phase).toBe("in-sync");
    await operator.stop();
  });

  it("of a side with nothing on record is mended by deploying there", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    const foreign = { environment: "rainbow/production", side: "blue" } as const;
    await engine.runtime.deploy(foreign, {
      id: "by-hand",
      revision: 1,
      releaseId: release("z").id,
      artifact: release("z").artifact,
      process: blueGreen().process,
      healthTimeoutSeconds: 60,
    });
    await engine.clock.advance(11_000);
    const { drift } = await stateOf(operator);
    expect(drift).toMatchObject([{ side: "blue", mend: "verdigris deploy rainbow/production" }]);
    await deployed(engine, operator, "a");
    await engine.clock.advance(11_000);
    const after = await stateOf(operator);
    expect(after.sides.blue?.release?.id).toBe(release("a").id);
    expect(after.drift).toEqual([]);
    await operator.stop();
  });
});

describe("records that were there before Verdigris", () => {
  const adopted = (target: string) => [
    {
      name: "rainbow.test",
      type: "A" as const,
      ttlSeconds: 60,
      values: [],
      alias: {
        name: `dualstack.${target}.eu-west-1.elb.amazonaws.com`,
        zone: "Z32O12XQLNTSW2",
        evaluateTargetHealth: true,
      },
    },
  ];

  async function found(records: ReturnType<typeof adopted>, change = {}) {
    const engine = memoryEngine();
    engine.zone.overwrite(records);
    const operator = await started(engine, rainbow({ production: onEcs(change) }));
    const state = await stateOf(operator);
    expect(state.traffic.blocked?.code).toBe("records_exist");
    return { engine, operator };
  }

  it("are left alone until somebody mends, which can be looked at before", async () => {
    const { engine, operator } = await found(adopted("green"));
    const plan = await operator.environments.previewMend(PRODUCTION, by("ben"));
    if (isRefusal(plan)) throw new Error(plan.message);
    const decided = plan.events.find((event) => event.type === "TrafficDecided");
    expect(decided?.replaces).toEqual(adopted("green"));
    expect(decided?.weights).toEqual({ blue: 0, green: 100 });
    expect(engine.zone.all()).toEqual(adopted("green"));
    await done(operator.environments.mend(PRODUCTION, by("ben")));
    await engine.clock.advance(1000);
    expect(weights(engine)).toEqual({ blue: 0, green: 100 });
    expect((await stateOf(operator)).traffic.phase).toBe("in-sync");
    await operator.stop();
  });

  it("are not adopted where another tool holds them, and nothing is on record", async () => {
    const held = adopted("green").map((record) => ({ ...record, policy: "owned by external-dns" }));
    const { engine, operator } = await found(held);
    const { revision } = await stateOf(operator);
    const rehearsed = await operator.environments.previewMend(PRODUCTION, by("ben"));
    const refused = await refusal(operator.environments.mend(PRODUCTION, by("ben")));
    expect(refused).toMatchObject({
      code: "not_permitted",
      message: expect.stringMatching(
        /^rainbow\.test A is not Verdigris' to take away \(owned by external-dns\)\. Nothing was changed\./,
      ),
    });
    expect(rehearsed).toEqual(refused);
    expect(engine.zone.all()).toEqual(held);
    expect(await stateOf(operator)).toMatchObject({ revision });
    await operator.stop();
  });

  it("are not adopted by the side that has none of their traffic", async () => {
    const { engine, operator } = await found(adopted("blue"));
    const refused = await refusal(operator.environments.mend(PRODUCTION, by("ben")));
    expect(refused).toMatchObject({
      code: "traffic_elsewhere",
      message: expect.stringContaining("write initialLive: blue"),
    });
    expect(engine.zone.all()).toEqual(adopted("blue"));
    const named = rainbow({ production: onEcs({ initialLive: "blue" }) });
    await operator.apps.configure(named, by("ana"));
    await engine.clock.advance(1000);
    await done(operator.environments.mend(PRODUCTION, by("ben")));
    await engine.clock.advance(1000);
    expect(await stateOf(operator)).toMatchObject({ live: "blue" });
    expect(weights(engine)).toEqual({ blue: 100, green: 0 });
    await operator.stop();
  });
});

describe("a side that somebody else changed", () => {
  it("is drift, though it runs the release on record", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    const observe = engine.runtime.observe.bind(engine.runtime);
    engine.runtime.observe = async (side) => {
      const { serving, ...rest } = await observe(side);
      const altered = "rainbow:13 was not registered by Verdigris";
      return { ...rest, ...(serving ? { serving: { ...serving, altered } } : {}) };
    };
    await engine.clock.advance(11_000);
    expect((await stateOf(operator)).drift).toMatchObject([
      { kind: "side", side: "blue", found: "rainbow:13 was not registered by Verdigris" },
    ]);
    await operator.stop();
  });
});
