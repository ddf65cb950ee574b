import { describe, expect, it } from "vitest";
import { blueGreen } from "../../../test/support/engine.ts";
import { decided, FLIPPED, inSync, second, type Wish } from "./decided.fixture.ts";
import { environmentView } from "./environment.ts";

const advance: Wish = { type: "advance-flip", flipId: "production-8" };
const blocked: Wish = {
  type: "report-traffic",
  revision: 8,
  result: { phase: "blocked", code: "forbidden", reason: "no permission" },
};

function viewAfter(...wishes: readonly Wish[]) {
  return environmentView(decided([...FLIPPED, ...wishes]).state);
}

describe("the phases of a flip", () => {
  const [submitted, synced] = inSync(8);
  if (!submitted || !synced) throw new Error("two reports make it in sync");

  it("begin with decided", () => {
    const { flip, lastFlip } = viewAfter();
    expect(flip).toMatchObject({ id: "production-8", from: "green", to: "blue" });
    expect(flip).toMatchObject({ phase: "decided", reached: { decided: second(8) } });
    expect(lastFlip).toBeUndefined();
  });

  it("go on with each time that one was reached", () => {
    expect(viewAfter(submitted).flip).toMatchObject({
      phase: "submitted",
      reached: { decided: second(8), submitted: second(9) },
    });
    expect(viewAfter(submitted, synced).flip).toMatchObject({
      phase: "in-sync",
      reached: { decided: second(8), submitted: second(9), "in-sync": second(10) },
    });
    const { flip } = viewAfter(submitted, synced, advance);
    expect(flip?.phase).toBe("caches-expired");
    expect(flip?.reached["caches-expired"]).toBe(second(11));
  });

  it("stand still as blocked while the zone refuses", () => {
    const view = viewAfter(blocked);
    expect(view.flip).toMatchObject({ phase: "blocked", reached: { decided: second(8) } });
    expect(view.flip?.reached.submitted).toBeUndefined();
    expect(view.records).toEqual({
      phase: "blocked",
      blocked: { code: "forbidden", reason: "no permission" },
    });
  });

  it("are all told of a completed flip", () => {
    const { flip, lastFlip } = viewAfter(submitted, synced, advance, advance);
    expect(flip).toBeUndefined();
    expect(lastFlip).toMatchObject({
      id: "production-8",
      phase: "quiet",
      quiet: { how: "deadline", requestsSinceExpiry: 0 },
      completedAt: second(12),
    });
    expect(lastFlip?.reached).toEqual({
      decided: second(8),
      submitted: second(9),
      "in-sync": second(10),
      "caches-expired": second(11),
      quiet: second(12),
    });
  });

  it("begin anew with each step", () => {
    const steps = [
      { weight: 10, bakeSeconds: 60 },
      { weight: 100, bakeSeconds: 0 },
    ];
    const flip = { ...blueGreen().flip, steps };
    const wishes = [...FLIPPED, submitted, synced, advance];
    const view = environmentView(decided(wishes, blueGreen({ flip })).state);
    expect(view.flip).toMatchObject({ step: 1, phase: "decided", steps });
    expect(view.flip?.reached).toEqual({ decided: second(8) });
    expect(view.weights).toEqual({ blue: 100, green: 0 });
  });
});

describe("a flip request", () => {
  it("shows what was asked, by whom, and who consented", () => {
    const wishes = FLIPPED.slice(0, -1);
    expect(environmentView(decided(wishes).state).request).toEqual({
      id: "production-6",
      environment: "rainbow/production",
      side: "blue",
      release: expect.objectContaining({ id: "aaaaaaa", digest: `sha256:${"a".repeat(64)}` }),
      configurationHash: "hash-1",
      revision: 5,
      status: "approved",
      requestedBy: "ben",
      requestedAt: second(6),
      expiresAt: second(6 + 86_400),
      approvalsRequired: 1,
      approvals: [{ by: "ben", at: second(7) }],
    });
  });

  it("says why it is closed", () => {
    const { request } = environmentView(decided(FLIPPED).state);
    expect(request?.status).toBe("flipped");
    expect(request?.closedBecause).toContain("production-8");
  });
});
