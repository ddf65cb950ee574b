import { describe, expect, it } from "vitest";
import { rainbow } from "../../../test/support/engine.ts";
import type { AppCommand, AppEvent, AppState } from "./decider.ts";
import { appDecider } from "./decider.ts";

function decided(state: AppState, command: Record<string, unknown>): AppState {
  const meta = { id: "c", actor: { name: "ana", via: "api" } };
  const events = appDecider.decide(state, { ...command, meta } as AppCommand, 0);
  if ("kind" in events) throw new Error(events.message);
  return appDecider.evolve(state, {
    stream: "app#rainbow",
    revision: state.revision + 1,
    id: "b",
    at: 0,
    command: { ...meta, type: "x", fingerprint: "" } as never,
    events: events as readonly AppEvent[],
  });
}

describe("an app", () => {
  const initial = appDecider.initialState("app#rainbow");

  it("numbers one run for each new commit of a branch, and none for a commit it has seen", () => {
    const one = decided(initial, { type: "number-run", branch: "master", commit: "a" });
    const two = decided(one, { type: "number-run", branch: "master", commit: "a" });
    const three = decided(two, { type: "number-run", branch: "feature", commit: "a" });
    expect(three.lastRun).toBe(2);
    expect(three.openRuns.map(({ run, branch }) => `${run} ${branch}`)).toEqual([
      "1 master",
      "2 feature",
    ]);
    expect(decided(three, { type: "close-run", run: 1 }).openRuns).toHaveLength(1);
  });

  it.each(["__proto__", "constructor", "hasOwnProperty", "ünïcödé/🟢", "x".repeat(3_000)])(
    "takes a branch of any name that git allows: %.20s",
    (branch) => {
      const one = decided(initial, { type: "number-run", branch, commit: "a" });
      const kept = JSON.parse(JSON.stringify(one)) as AppState;
      expect(decided(kept, { type: "number-run", branch, commit: "a" }).lastRun).toBe(1);
      const gone = decided(kept, { type: "forget-branch", branch });
      expect(Object.keys(gone.heads)).toEqual([]);
      expect(decided(gone, { type: "number-run", branch, commit: "a" }).lastRun).toBe(2);
    },
  );

  it("forgets a branch that is gone, so that it may come again", () => {
    const one = decided(initial, { type: "number-run", branch: "feature", commit: "a" });
    const gone = decided(one, { type: "forget-branch", branch: "feature" });
    const again = decided(gone, { type: "number-run", branch: "feature", commit: "a" });
    expect(again.lastRun).toBe(2);
  });

  it("keeps the configuration of the newest run", () => {
    const configuration = rainbow();
    const newer = { type: "configure-app", configuration, hash: "h2", run: 7 };
    const state = decided(initial, newer);
    const older = { ...newer, hash: "h1", run: 6 };
    expect(() => decided(state, older)).toThrow("Run 6 is overtaken");
    expect(decided(state, { ...newer, hash: "h3", run: 8 }).configurationHash).toBe("h3");
  });
});
