import type { CommandAnswer } from "../contract/api.ts";
import { outcome } from "./command.ts";
import type { Environment } from "./environment.ts";
import type { FlagValues } from "./flags.ts";
import type { OperatorApi } from "./operator-api.ts";
import { EXIT, type ExitCode } from "./problem.ts";
import { showRelease, showSide } from "./side.ts";
import type { Call } from "./verb.ts";
import { notReached, type waitFlag, waitForFlip } from "./wait-for-flip.ts";

/** Tells what a flip, revert or abort came to, after waiting for it where that was asked. */
export async function tellFlip(
  call: Call,
  api: OperatorApi,
  environment: Environment,
  answer: CommandAnswer,
  phase: FlagValues<{ readonly wait: ReturnType<typeof waitFlag> }>["wait"],
): Promise<ExitCode> {
  const { terminal } = call;
  terminal.say(outcome(answer, begun(call, answer)));
  if (phase === undefined || answer.id === undefined) {
    if (terminal.json) terminal.document(answer);
    else if (answer.id !== undefined) terminal.say("`verdigris status` shows how far it is");
    return EXIT.done;
  }
  const { view, reached } = await waitForFlip(call, api, environment, answer.id, phase);
  if (terminal.json) terminal.document({ ...answer, environment: view });
  if (!reached) throw notReached(api, view, answer.id, phase);
  return EXIT.done;
}

function begun(call: Call, { id, environment: view }: CommandAnswer): string {
  const flip = [view.flip, view.lastFlip].find((one) => one?.id === id);
  if (!flip) return `${id ?? "done"}`;
  const { paint } = call.terminal;
  const way = `from ${showSide(view, flip.from, paint)} to ${showSide(view, flip.to, paint)}`;
  return `${flip.kind} ${flip.id} ${way}, release ${showRelease(flip.release)}`;
}
