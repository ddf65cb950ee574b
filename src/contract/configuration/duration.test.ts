import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDuration, showDuration } from "./duration.ts";

test.each([
  ["0s", 0],
  ["60s", 60],
  ["10m", 600],
  ["24h", 86_400],
  ["2d", 172_800],
  ["1m30s", 90],
  ["1d1h1m1s", 90_061],
])("%s is %i seconds", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each(["", "90", "s", "0.5s", "-1s", "1 m", "30s1m", "1s1s", "5ms", "1h ", "60 apples", "1M"])(
  "%j is not a duration",
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test("what is shown is read back as the same number of seconds", () => {
  fc.assert(
    fc.property(fc.nat(100_000_000), (seconds) => {
      expect(parseDuration(showDuration(seconds))).toBe(seconds);
    }),
  );
});
