import { expect, it } from "vitest";
import { afterCheck, type HealthOutcome, NOT_CHECKED } from "./health-verdict.ts";

const OUTCOMES: Readonly<Record<string, HealthOutcome>> = {
  "+": "passed",
  "-": "failed",
  ".": "silent",
};

function verdicts(healthyThreshold: number, unhealthyThreshold: number, checks: string) {
  let verdict = NOT_CHECKED;
  return [...checks].map((check) => {
    verdict = afterCheck(verdict, OUTCOMES[check] ?? "passed", {
      healthyThreshold,
      unhealthyThreshold,
    });
    return verdict.healthy === undefined ? "?" : verdict.healthy ? "+" : "-";
  });
}

it.each([
  [1, 3, "+--+---+", "++++++-+"],
  [1, 3, "---", "??-"],
  [2, 2, "+-+-++-", "?????++"],
  [2, 1, "+-+-++", "?----+"],
  [1, 3, "+.-.", "+++-"],
])("healthy after %i, unhealthy after %i: %s is %s", (healthy, unhealthy, checks, expected) => {
  expect(verdicts(healthy, unhealthy, checks).join("")).toBe(expected);
});

it.each([
  ["...", [1, 2, 3]],
  [".-..", [1, 0, 1, 2]],
  ["..+.", [1, 2, 0, 1]],
])("the checks %s are silent in a row %j", (checks, expected) => {
  let verdict = NOT_CHECKED;
  const counts = [...checks].map((check) => {
    const thresholds = { healthyThreshold: 1, unhealthyThreshold: 3 };
    verdict = afterCheck(verdict, OUTCOMES[check] ?? "passed", thresholds);
    return verdict.silentInARow;
  });
  expect(counts).toEqual(expected);
});
