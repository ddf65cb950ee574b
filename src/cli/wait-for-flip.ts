import {
  type EnvironmentView,
  FLIP_PHASES,
  type FlipPhase,
  type FlipView,
} from "../contract/api.ts";
import type { Environment } from "./environment.ts";
import { type Flag, listed } from "./flags.ts";
import { goesOn, type OperatorApi } from "./operator-api.ts";
import { Problem } from "./problem.ts";
import { showSide } from "./side.ts";
import { secondsBetween } from "./times.ts";
import type { Call } from "./verb.ts";
import { TEN_MINUTES, waitFor } from "./wait.ts";

type WaitPhase = Exclude<FlipPhase, "decided">;

/** `--wait [phase]`. `bare` is the phase when none is named. */
export function waitFlag(bare: WaitPhase): Flag<WaitPhase> {
  const phases = FLIP_PHASES.filter((phase) => phase !== "decided");
  return {
    syntax: "--wait [phase]",
    summary: `Wait until the flip is ${listed(phases)}; ${bare} when none is named`,
    read: (written) => {
      const phase = phases.find((one) => one === written);
      if (phase) return phase;
      throw new Problem(
        "usage",
        `--wait: "${written}" is not a phase; write ${listed(phases)}, or nothing behind --wait`,
      );
    },
    bare,
  };
}

/** What a wait came to: the last that was seen, and whether the phase was reached. */
export interface Waited {
  readonly view: EnvironmentView;
  readonly reached: boolean;
}

/**
 * Waits until a flip of the environment has reached the phase in its last step, with a line for
 * each phase on the way. Throws a `Problem` when the flip is blocked or was ended by another.
 */
export async function waitForFlip(
  call: Call,
  api: OperatorApi,
  environment: Environment,
  flipId: string,
  phase: WaitPhase,
): Promise<Waited> {
  const tell = flipTeller(call);
  let last: EnvironmentView | undefined;
  const what = `flip ${flipId} to be ${phase}`;
  const done = await waitFor(call, { what, seconds: TEN_MINUTES }, async () => {
    last = await api.get<EnvironmentView>(environment.path);
    const flip = flipOf(last, flipId);
    tell(last, flip);
    throwWhenBlocked(last, flip);
    return hasReached(flip, phase) ? last : undefined;
  });
  const view = done ?? last;
  if (!view)
    throw new Problem("failed", `Flip ${flipId} was decided, but the operator went silent.`);
  return { view, reached: done !== undefined };
}

/** The problem with which a wait ends at its deadline: what was reached and what was not. */
export function notReached(
  api: OperatorApi,
  view: EnvironmentView,
  flipId: string,
  phase: FlipPhase,
): Problem {
  const flip = flipOf(view, flipId);
  const waits = flip.waitsFor === undefined ? "" : ` (${flip.waitsFor})`;
  return new Problem(
    "notYet",
    `flip ${flipId} of ${view.name} is ${flip.phase}${waits}, not yet ${phase}. ${goesOn(api)}`,
  );
}

function flipOf(view: EnvironmentView, flipId: string): FlipView {
  const flip = [view.flip, view.lastFlip].find((one) => one?.id === flipId);
  if (flip) return flip;
  const other = view.flip ?? view.lastFlip;
  throw new Problem(
    "failed",
    `Flip ${flipId} of ${view.name} was ended${other ? ` by ${other.kind} ${other.id}` : ""}: ${view.live} is live. \`verdigris history ${view.environment}\` tells who did it.`,
  );
}

/** A completed flip has all phases behind it, although not all are told of it any more. */
function hasReached(flip: FlipView, phase: FlipPhase): boolean {
  if (flip.completedAt !== undefined) return true;
  return flip.step === flip.steps.length - 1 && flip.reached[phase] !== undefined;
}

function throwWhenBlocked(view: EnvironmentView, flip: FlipView): void {
  if (flip.phase !== "blocked") return;
  const { code, reason = "the zone refuses the change of records" } = view.records.blocked ?? {};
  const { environment } = view;
  const wayOn =
    code === "drift"
      ? `\`verdigris drift ${environment} --mend\` mends the records and goes on.`
      : `Mend the cause and \`verdigris resume ${environment}\`, or \`verdigris abort ${environment}\`.`;
  throw new Problem(
    "failed",
    `Flip ${flip.id} of ${view.name} is blocked: ${reason}. Traffic is where it was. ${wayOn}`,
  );
}

/** Says each phase of each step once. */
function flipTeller(call: Call): (view: EnvironmentView, flip: FlipView) => void {
  const told = new Set<string>();
  const once = (key: string, line: string) => {
    if (told.has(key)) return;
    told.add(key);
    call.terminal.say(line);
  };
  return (view, flip) => {
    const { step, steps, reached } = flip;
    const weight = steps[step]?.weight;
    if (steps.length > 1) {
      const target = showSide(view, flip.to, call.terminal.paint);
      once(`${step}`, `step ${step + 1} of ${steps.length}: ${weight}% of traffic to ${target}`);
    }
    for (const phase of FLIP_PHASES) {
      const at = reached[phase];
      if (at === undefined || phase === "decided") continue;
      once(`${step} ${phase}`, `${phase} after ${secondsBetween(reached.decided ?? at, at)}`);
    }
  };
}
