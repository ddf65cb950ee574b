import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { ManualClock } from "./manual-clock.ts";

describe("ManualClock", () => {
  it("stands still until it is advanced", async () => {
    const clock = new ManualClock(1_000);
    await clock.advance(0);
    expect(clock.now()).toBe(1_000);
    await clock.advance(250);
    expect(clock.now()).toBe(1_250);
  });

  it("can be set, while time neither passes nor ends a wait", async () => {
    const clock = new ManualClock(1_000);
    let ended = false;
    void clock.wait(10).then(() => {
      ended = true;
    });
    clock.jump(-500);
    await clock.advance(9);
    expect([clock.now(), clock.elapsed(), ended]).toEqual([509, 9, false]);
    clock.jump(86_400_000);
    await clock.advance(1);
    expect([clock.now(), clock.elapsed(), ended]).toEqual([86_400_510, 10, true]);
  });

  it("ends waits in the order in which they come due, each at its own time", async () => {
    const clock = new ManualClock(0);
    const ended: string[] = [];
    const waitFor = async (name: string, ms: number) => {
      await clock.wait(ms);
      ended.push(`${name} at ${clock.now()}`);
    };
    void waitFor("late", 30);
    void waitFor("early", 10);
    void waitFor("also early", 10);
    void waitFor("later still", 31);
    await clock.advance(30);
    expect(ended).toEqual(["early at 10", "also early at 10", "late at 30"]);
    expect(clock.pending).toBe(1);
  });

  it("lets what a wait set going run before time moves on", async () => {
    const clock = new ManualClock(0);
    const seen: number[] = [];
    const poll = async () => {
      while (seen.length < 5) {
        await clock.wait(10);
        for (let i = 0; i < 20; i++) await Promise.resolve();
        seen.push(clock.now());
      }
    };
    void poll();
    await clock.advance(35);
    expect(seen).toEqual([10, 20, 30]);
  });

  it("ends a wait at once when its signal aborts, and keeps nothing of it", async () => {
    const clock = new ManualClock(0);
    const { signal, abort } = controller();
    const wait = clock.wait(10, signal);
    expect(clock.pending).toBe(1);
    abort();
    await wait;
    expect(clock.pending).toBe(0);
    await clock.wait(10, signal);
    expect(clock.now()).toBe(0);
  });

  it("leaves no listener on the signal of a wait that ended", async () => {
    const clock = new ManualClock(0);
    const { signal } = controller();
    const wait = clock.wait(10, signal);
    await clock.advance(10);
    await wait;
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("ends a wait of no time without being advanced", async () => {
    const clock = new ManualClock(0);
    await clock.wait(0);
    await clock.wait(-5);
    expect(clock.pending).toBe(0);
  });

  it("refuses to be advanced by two at once", async () => {
    const clock = new ManualClock(0);
    const first = clock.advance(10);
    await expect(clock.advance(10)).rejects.toThrow("being advanced already");
    await first;
    expect(clock.now()).toBe(10);
  });
});

function controller(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
