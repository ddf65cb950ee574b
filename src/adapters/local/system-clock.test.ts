import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SystemClock } from "./system-clock.ts";

describe("SystemClock", () => {
  const clock = new SystemClock();

  beforeEach(() => {
    vi.useFakeTimers({ now: 5_000 });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it("tells the machine's time", () => {
    expect(clock.now()).toBe(5_000);
  });

  it("measures what has passed, whatever the machine's time is set to", () => {
    const began = clock.elapsed();
    vi.advanceTimersByTime(1_000);
    vi.setSystemTime(86_400_000);
    vi.advanceTimersByTime(1_000);
    vi.setSystemTime(0);
    expect(clock.now()).toBe(0);
    expect(clock.elapsed() - began).toBe(2_000);
  });

  it("ends a wait after its time, not before", async () => {
    const ended = vi.fn();
    void clock.wait(1_000).then(ended);
    await vi.advanceTimersByTimeAsync(999);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(ended).toHaveBeenCalledOnce();
  });

  it("waits longer than one timer can", async () => {
    const ended = vi.fn();
    const ms = 2 * (2 ** 31 - 1) + 10;
    void clock.wait(ms).then(ended);
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(ended).toHaveBeenCalledOnce();
  });

  it("ends a wait when its signal aborts, and clears the timer", async () => {
    const controller = new AbortController();
    const wait = clock.wait(2 ** 40, controller.signal);
    expect(vi.getTimerCount()).toBe(1);
    controller.abort();
    await wait;
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends a wait at once when its signal had aborted before", async () => {
    await clock.wait(1_000, AbortSignal.abort());
    expect(vi.getTimerCount()).toBe(0);
  });

  it("leaves no listener on the signal of a wait that ended", async () => {
    const { signal } = new AbortController();
    const wait = clock.wait(10, signal);
    await vi.advanceTimersByTimeAsync(10);
    await wait;
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});
