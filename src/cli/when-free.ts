import type { ErrorCode } from "../contract/api.ts";
import { toggle } from "./flags.ts";
import { Problem } from "./problem.ts";
import type { Call } from "./verb.ts";
import { TEN_MINUTES, waitFor } from "./wait.ts";

export const whenFreeFlag = toggle(
  "--when-free",
  "Wait for a flip, a drain or a deployment in flight to end, instead of being refused for it",
);

/** Refusals that end by themselves, unlike a freeze or drift, which a person has to lift. */
const PASSING: readonly ErrorCode[] = ["deployment_in_flight", "draining", "flip_in_flight"];

/**
 * Asks again until nothing that is in flight stands in the way any more. At the deadline the last
 * refusal becomes a "not yet". `ask` must be one command, under one id.
 */
export async function askWhenFree<T>(
  call: Call,
  what: string,
  ask: () => Promise<T>,
): Promise<Awaited<T>> {
  let last: Problem | undefined;
  const answered = await waitFor(call, { what, seconds: TEN_MINUTES }, async () => {
    try {
      return { answer: await ask() };
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (error.message !== last?.message) call.terminal.remark(`waiting: ${error.message}`);
      last = error;
      return undefined;
    }
  });
  if (answered) return answered.answer;
  throw new Problem("notYet", last?.message ?? "the operator did not answer", last?.answer);
}

/** A blocked flip waits for a person. */
function isPassing(error: unknown): error is Problem {
  if (!(error instanceof Problem) || error.answer === undefined) return false;
  const { code, details } = error.answer.error;
  return PASSING.includes(code) && details?.blocked === undefined;
}
