import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { collectGarbage } from "./collect-garbage.fixture.ts";
import { DeadlineOver, withDeadline } from "./deadline.ts";

/** Ends when the signal aborts, with the reason. */
function hang(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason);
    signal.addEventListener("abort", () => resolve(signal.reason));
  });
}

describe("work with a deadline", () => {
  it("gives its result, and leaves nothing on the signal", async () => {
    const outer = new AbortController();
    expect(await withDeadline(60_000, outer.signal, async () => "done")).toBe("done");
    expect(getEventListeners(outer.signal, "abort")).toEqual([]);
  });

  it("throws what it throws, and leaves nothing on the signal", async () => {
    const outer = new AbortController();
    const thrown = withDeadline(60_000, outer.signal, async () => {
      throw new Error("no");
    });
    await expect(thrown).rejects.toThrow("no");
    expect(getEventListeners(outer.signal, "abort")).toEqual([]);
  });

  it("is told when its time is over, though garbage is collected meanwhile", async () => {
    const ended = withDeadline(50, new AbortController().signal, hang);
    collectGarbage();
    expect(await ended).toBeInstanceOf(DeadlineOver);
  });

  it("is told when the signal aborts, and why", async () => {
    const outer = new AbortController();
    const ended = withDeadline(60_000, outer.signal, hang);
    outer.abort("stop");
    expect(await ended).toBe("stop");
    expect(await withDeadline(60_000, outer.signal, hang)).toBe("stop");
  });
});
