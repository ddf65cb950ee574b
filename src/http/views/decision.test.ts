import { describe, expect, it } from "vitest";
import { blueGreen } from "../../../test/support/engine.ts";
import { evolveEnvironment } from "../../domain/environment/evolve.ts";
import type { EnvironmentState } from "../../domain/environment/state.ts";
import {
  DEPLOYED,
  decide,
  decided,
  FLIPPED,
  inSync,
  second,
  type Wish,
} from "./decided.fixture.ts";
import { commandAnswer, feedEvent, historyEntry, planView } from "./decision.ts";

function planOf(before: EnvironmentState, wish: Wish) {
  const batch = decide(before, wish);
  return planView({ before, after: evolveEnvironment(before, batch), events: batch.events });
}

describe("the answer to a command", () => {
  const cases: readonly (readonly [string, readonly Wish[], string | undefined])[] = [
    ["a deployment", DEPLOYED.slice(0, 1), "production-4"],
    ["a flip request", FLIPPED.slice(0, 3), "production-6"],
    ["a flip", FLIPPED, "production-8"],
    ["nothing", [{ type: "freeze" }], undefined],
  ];

  it.each(cases)("has the id of %s that began", (_, wishes, id) => {
    const { state, batches } = decided(wishes);
    const { revision, events } = batches.at(-1) ?? { revision: 0, events: [] };
    const outcome = { kind: "done", revision, events, state, repeated: false } as const;
    const answer = commandAnswer("command-1", outcome);
    expect(answer).toMatchObject({ commandId: "command-1", revision, changed: true });
    expect(answer.id).toBe(id);
  });
});

describe("a plan", () => {
  const approved = FLIPPED.slice(0, -1);

  it("has the records and releases before and after", () => {
    const plan = planOf(decided(approved).state, { type: "flip", to: "blue" });
    expect(plan).toMatchObject({
      revision: 7,
      live: { before: "green", after: "blue" },
      releases: { before: { blue: "aaaaaaa" }, after: { blue: "aaaaaaa" } },
      steps: [],
    });
    const [before, after] = [plan.records.before, plan.records.after].map((records) =>
      records.map(({ set }) => set?.weight),
    );
    expect(before?.slice(0, 2)).toEqual([0, 100]);
    expect(after?.slice(0, 2)).toEqual([100, 0]);
  });

  it("has the further weights of a flip in steps", () => {
    const steps = [
      { weight: 10, bakeSeconds: 60 },
      { weight: 100, bakeSeconds: 0 },
    ];
    const flip = { ...blueGreen().flip, steps };
    const { state } = decided(approved, blueGreen({ flip }));
    expect(planOf(state, { type: "flip", to: "blue" }).steps).toEqual(steps.slice(1));
  });

  it("of something else than a flip has no weights to come, even while one is in flight", () => {
    const flip = { ...blueGreen().flip, steps: [{ weight: 10, bakeSeconds: 60 }, AT_ONCE] };
    const { state } = decided([...FLIPPED, ...inSync(8)], blueGreen({ flip }));
    expect(planOf(state, { type: "freeze" }).steps).toEqual([]);
  });
});

const AT_ONCE = { weight: 100, bakeSeconds: 0 };

describe("a decision on record", () => {
  const { state, batches } = decided([...DEPLOYED, { type: "freeze" }]);
  const batch = batches.at(-1);
  if (!batch) throw new Error("nothing was decided");

  it("is shown with who, what, when and the state around it", () => {
    expect(historyEntry({ batch, before: state, after: state })).toEqual({
      revision: 6,
      at: second(6),
      command: "freeze",
      commandId: "command-6",
      by: "ben",
      via: "api",
      events: [{ type: "EnvironmentFrozen", by: "ben", reason: "no reason given" }],
      before: { live: "green", weights: { blue: 0, green: 100 }, releases: { blue: "aaaaaaa" } },
      after: { live: "green", weights: { blue: 0, green: 100 }, releases: { blue: "aaaaaaa" } },
    });
  });

  it("is fed without its particulars", () => {
    expect(feedEvent(batch)).toEqual({
      stream: "env#rainbow/production",
      revision: 6,
      at: second(6),
      by: "ben",
      command: "freeze",
      events: ["EnvironmentFrozen"],
    });
  });
});
