import { expect, it } from "vitest";
import { afterCheck, NOT_CHECKED } from "./health-verdict.ts";

function verdicts(healthyThreshold: number, unhealthyThreshold: number, checks: string) {
  let verdict = NOT_CHECKED;
  return [...checks].map((check) => {
    verdict = afterCheck(verdict, check === "+", { healthyThreshold, unhealthyThreshold });
    return verdict.healthy === undefined ? "?" : verdict.healthy ? "+" : "-";
  });
}

it.each([
  [1, 3, "+--+---+", "++++++-+"],
  [1, 3, "---", "??-"],
  [2, 2, "+-+-++-", "?????++"],
  [2, 1, "+-+-++", "?----+"],
])("healthy after %i, unhealthy after %i: %s is %s", (healthy, unhealthy, checks, expected) => {
  expect(verdicts(healthy, unhealthy, checks).join("")).toBe(expected);
});
