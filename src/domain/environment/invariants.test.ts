import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blueGreen, release } from "../../../test/support/engine.ts";
import { advanceAfter, History } from "../../../test/support/history.ts";
import { isRefusal } from "../refusal.ts";
import type { EnvironmentState } from "./state.ts";
import { fencedRevision, wantedRecords } from "./traffic.ts";

const side = fc.constantFrom("blue" as const, "green" as const);

/** Anything that anybody could ask, in any order, sensible or not. */
const command = fc.oneof(
  fc.record({
    type: fc.constant("deploy" as const),
    release: fc.constantFrom(...["a", "b", "c"].map(release)),
  }),
  fc.record({ type: fc.constant("request-flip" as const) }),
  fc.record({ type: fc.constant("approve-newest" as const) }),
  fc.record({ type: fc.constant("flip" as const), to: side }),
  fc.record({ type: fc.constant("revert" as const) }),
  fc.record({ type: fc.constant("revert" as const), to: side }),
  fc.record({ type: fc.constant("abort" as const) }),
  fc.record({ type: fc.constant("freeze" as const) }),
  fc.record({ type: fc.constant("unfreeze" as const) }),
  fc.record({ type: fc.constant("finish-deployment" as const), ok: fc.boolean() }),
  fc.record({ type: fc.constant("settle" as const) }),
  fc.record({ type: fc.constant("block" as const) }),
  fc.record({ type: fc.constant("resume" as const) }),
  fc.record({ type: fc.constant("pass-time" as const) }),
  fc.record({
    type: fc.constant("configure" as const),
    ttlSeconds: fc.integer({ min: 1, max: 9 }),
  }),
);

describe("whatever is asked in whatever order", () => {
  it("weights sum to 100, the fence is the decision's, and no side with traffic changes its release", () => {
    const { flip } = blueGreen();
    const steps = [
      { weight: 10, bakeSeconds: 60 },
      { weight: 100, bakeSeconds: 0 },
    ];
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), fc.boolean(), (commands, gradual) => {
        const configuration = gradual ? blueGreen({ flip: { ...flip, steps } }) : blueGreen();
        const history = History.configured(configuration);
        for (const one of commands) {
          const before = history.state;
          carryOut(history, one);
          check(before, history.state);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function check(before: EnvironmentState, after: EnvironmentState): void {
  const { weights } = after.traffic;
  expect((weights.blue ?? 0) + (weights.green ?? 0)).toBe(100);
  const newest = after.traffic.decisions.at(-1);
  expect(fencedRevision(after.name, wantedRecords(after))).toBe(newest?.revision);
  for (const name of ["blue", "green"] as const) {
    const startedNow =
      after.sides[name]?.deployment?.id !== before.sides[name]?.deployment?.id &&
      after.sides[name]?.deployment?.state === "in-flight";
    if (!startedNow) continue;
    expect(before.live).not.toBe(name);
    expect(before.traffic.weights[name]).toBe(0);
    expect(before.flip).toBeUndefined();
  }
  if (after.flip && after.flip.id !== before.flip?.id && after.flip.kind === "flip") {
    expect(after.requests.some((one) => one.id === after.flip?.requestId)).toBe(true);
  }
}

type Asked = typeof command extends fc.Arbitrary<infer Value> ? Value : never;

function carryOut(history: History, one: Asked): void {
  const { state } = history;
  switch (one.type) {
    case "approve-newest":
      attempt(history, { type: "approve", requestId: state.requests.at(-1)?.id ?? "" });
      return;
    case "finish-deployment": {
      const busy = Object.values(state.sides).find((s) => s.deployment?.state === "in-flight");
      if (!busy?.deployment) return;
      const { side: on, id: deploymentId } = busy.deployment;
      const result = one.ok ? ({ ok: true } as const) : ({ ok: false, reason: "no" } as const);
      attempt(history, { type: "report-deployment", side: on, deploymentId, result });
      return;
    }
    case "settle":
      if (state.traffic.phase !== "blocked") history.settle();
      return;
    case "block": {
      const revision = state.traffic.decisions.at(-1)?.revision ?? 0;
      const result = { phase: "blocked", code: "forbidden", reason: "no" } as const;
      attempt(history, { type: "report-traffic", revision, result });
      return;
    }
    case "pass-time":
      history.now += 100_000;
      attempt(history, {
        ...advanceAfter(100_000, state),
        oldSide: { requestsSinceExpiry: 0, quiet: true },
      });
      return;
    case "configure": {
      const configuration = blueGreen({ ttlSeconds: one.ttlSeconds });
      const configured = { configuration, hash: `ttl ${one.ttlSeconds}` };
      attempt(history, { type: "configure", configured });
      return;
    }
    default:
      attempt(history, one);
      return;
  }
}

function attempt(history: History, asked: Parameters<History["ask"]>[0]): void {
  if (!isRefusal(history.ask(asked))) history.do(asked);
}
