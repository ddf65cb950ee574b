import { expect, it } from "vitest";
import { ManualClock } from "../../adapters/memory/manual-clock.ts";
import type { PassOptions } from "../../app/reconciler.ts";
import { drive } from "./drive.ts";

/** An operator whose passes tell these pauses, in turn; and what it was asked. */
function operatorTelling(...pauses: (number | undefined)[]) {
  const passes: (PassOptions | undefined)[] = [];
  return {
    passes,
    pass: async (options?: PassOptions) => {
      passes.push(options);
      return pauses[passes.length - 1];
    },
  };
}

it("ends at once when nothing is under way", async () => {
  const operator = operatorTelling(undefined);
  await drive(operator, new ManualClock(0), 48_000, false);
  expect(operator.passes).toEqual([{ drift: false }]);
});

it("looks for drift in the first pass alone, and goes on as long as there is something to do", async () => {
  const clock = new ManualClock(0);
  const operator = operatorTelling(5_000, 5_000, undefined);
  const done = drive(operator, clock, 48_000, true);
  await clock.advance(10_000);
  await done;
  expect(operator.passes).toEqual([{ drift: true }, undefined, undefined]);
});

it("doesn't begin what would end after its time", async () => {
  const clock = new ManualClock(0);
  const operator = operatorTelling(5_000, 50_000, undefined);
  const done = drive(operator, clock, 48_000, false);
  await clock.advance(5_000);
  await done;
  expect(operator.passes).toHaveLength(2);
});

it("tries what fails at once no more than once a second", async () => {
  const clock = new ManualClock(0);
  const operator = operatorTelling(...Array.from({ length: 100 }, () => 0));
  const done = drive(operator, clock, 10_000, false);
  await clock.advance(10_000);
  await done;
  expect(operator.passes.length).toBeLessThanOrEqual(10);
});
