import { afterEach, expect, it, vi } from "vitest";
import { steadyNow } from "./steady-now.ts";

afterEach(() => {
  vi.useRealTimers();
});

it("runs on while the machine's clock is set back and forth", () => {
  vi.useFakeTimers({ now: Date.now() });
  const before = steadyNow();
  vi.setSystemTime(before + 86_400_000);
  vi.advanceTimersByTime(40);
  vi.setSystemTime(before - 86_400_000);
  vi.advanceTimersByTime(60);
  expect(steadyNow() - before).toBe(100);
});
