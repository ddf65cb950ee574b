import { describe, expect, it } from "vitest";
import { release, single } from "../../../test/support/engine.ts";
import { DEPLOYED, decided, FLIPPED, inSync, second, type Wish } from "./decided.fixture.ts";
import { environmentView } from "./environment.ts";

describe("the view of an environment", () => {
  it("names both sides with their roles, addresses and weights", () => {
    const view = environmentView(decided([]).state);
    expect(view).toMatchObject({
      name: "rainbow/production",
      app: "rainbow",
      environment: "production",
      kind: "blue-green",
      revision: 3,
      record: "rainbow.test",
      preview: "standby.rainbow.test",
      live: "green",
      standby: "blue",
      weights: { blue: 0, green: 100 },
      records: { phase: "in-sync" },
      drift: [],
    });
    expect(view.sides).toEqual({
      blue: side({ role: "standby", url: "http://127.0.1.2:8080", weight: 0 }),
      green: side({ role: "live", url: "http://127.0.1.3:8080", weight: 100 }),
    });
    expect(view).not.toHaveProperty("flip");
    expect(view).not.toHaveProperty("request");
  });

  it("of a single environment has one side and no standby", () => {
    const view = environmentView(decided([], single()).state);
    expect(Object.keys(view.sides)).toEqual(["main"]);
    expect(view).not.toHaveProperty("standby");
    expect(view).not.toHaveProperty("preview");
  });

  it("brackets an IPv6 address in a URL", () => {
    const sides = { main: { runtime: "process", address: "::1", port: 80 } } as const;
    const view = environmentView(decided([], single({ sides })).state);
    expect(view.sides.main?.url).toBe("http://[::1]:80");
  });

  it("shows a deployment from its start to its end", () => {
    const [deploy] = DEPLOYED;
    if (!deploy) throw new Error("a deployment begins with a wish");
    const begun = environmentView(decided([deploy]).state).sides.blue;
    expect(begun).not.toHaveProperty("release");
    expect(begun?.deployment).toMatchObject({
      id: "production-4",
      state: "in-flight",
      startedAt: second(4),
      release: { id: "aaaaaaa", commit: release("a").commit },
    });
    const failure: Wish = {
      type: "report-deployment",
      side: "blue",
      deploymentId: "production-4",
      result: { ok: false, reason: "exit 1" },
    };
    const failed = environmentView(decided([deploy, failure]).state).sides.blue;
    expect(failed?.deployment).toMatchObject({
      state: "failed",
      reason: "exit 1",
      finishedAt: second(5),
    });
    const done = environmentView(decided(DEPLOYED).state).sides.blue;
    expect(done?.release?.id).toBe("aaaaaaa");
  });

  it("tells a side that is draining from one that is being left", () => {
    const leaving = environmentView(decided(FLIPPED).state);
    expect([leaving.live, leaving.sides.green?.draining]).toEqual(["blue", false]);
    const { sides } = environmentView(decided([...FLIPPED, ...inSync(8)]).state);
    expect([sides.green?.draining, sides.blue?.draining]).toEqual([true, false]);
  });

  it("has tasks where the runtime answered", () => {
    const serving = {
      deploymentId: "production-4",
      releaseId: "aaaaaaa",
      digest: "sha256:",
      tasksWanted: 2,
      tasksHealthy: 1,
      restarts: 3,
      lastExit: { at: Date.UTC(2026, 0, 1), reason: "blue-1 exited with code 1" },
    };
    const { sides } = environmentView(decided(DEPLOYED).state, { blue: { serving }, green: {} });
    expect(sides.blue?.tasks).toEqual({
      wanted: 2,
      healthy: 1,
      restarts: 3,
      lastExit: { at: "2026-01-01T00:00:00.000Z", reason: "blue-1 exited with code 1" },
    });
    expect(sides.green).not.toHaveProperty("tasks");
  });

  it("shows who froze it and why", () => {
    expect(environmentView(decided([{ type: "freeze" }]).state).freeze).toEqual({
      by: "ben",
      reason: "no reason given",
      at: second(4),
    });
  });
});

function side(fields: { readonly role: string; readonly url: string; readonly weight: number }) {
  return { ...fields, draining: false, hasBeenLive: false };
}
