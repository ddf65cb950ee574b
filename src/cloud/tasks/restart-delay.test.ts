import { expect, it } from "vitest";
import { restartDelayMs } from "./restart-delay.ts";

it("the delay doubles from 100 ms to 30 s", () => {
  const delays = [1, 2, 3, 9, 10, 50].map((failures) => restartDelayMs(failures, 0));
  expect(delays).toEqual([100, 200, 400, 25_600, 30_000, 30_000]);
});

it("chance shortens the delay by up to half, but not below 100 ms", () => {
  expect(restartDelayMs(50, 1)).toBe(15_000);
  expect(restartDelayMs(3, 0.5)).toBe(300);
  expect(restartDelayMs(1, 1)).toBe(100);
});
