import { Problem } from "./problem.ts";
import type { Argument } from "./verb.ts";

export const RUN: Argument = {
  name: "run",
  summary: "The run's number, as `verdigris runs` lists it",
  required: false,
};

/** Throws a usage problem for what is not a number of a run. */
export function runNumber(written: string | undefined): number | undefined {
  if (written === undefined || /^[1-9]\d{0,8}$/.test(written)) {
    return written === undefined ? undefined : Number(written);
  }
  throw new Problem("usage", `"${written}" is not the number of a run; write for example 12`);
}
