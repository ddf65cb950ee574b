import type { EnvironmentView, FlipBody } from "../../contract/api.ts";
import { command, commandBody, commandFlags, dryRunFlag, rehearse } from "../command.ts";
import { ENVIRONMENT, type Environment, findEnvironment } from "../environment.ts";
import { choice, text } from "../flags.ts";
import { tellFlip } from "../flip-answer.ts";
import { connect, type OperatorApi } from "../operator-api.ts";
import { EXIT, Problem } from "../problem.ts";
import { showPlan } from "../show-plan.ts";
import { defineVerb } from "../verb.ts";
import { waitFlag } from "../wait-for-flip.ts";

export const verb = defineVerb({
  description:
    "Makes the standby live under an approved request. The side is always named to the operator, with the revision it was seen at, so a flip that crosses another one is refused and never toggles. With --wait, a line tells each phase with the seconds since the decision.",
  arguments: [ENVIRONMENT],
  flags: {
    to: choice("--to <side>", "The side to make live; the standby of now when left out", [
      "blue",
      "green",
    ]),
    release: text("--release <id>", "Refuse unless that side holds this release"),
    request: text("--request <id>", "Only under this request"),
    dryRun: dryRunFlag,
    wait: waitFlag("caches-expired"),
    ...commandFlags,
  },
  examples: [
    { command: "flip production --wait", meaning: "flip, and wait until caches have expired" },
    { command: "flip production --to green --dry-run", meaning: "the records before and after" },
    {
      command: "flip production --to green --expect-revision 41 --json",
      meaning: "from a script, against exactly what it has seen",
    },
  ],
  reach: "operator",
  async run(call) {
    const { flags, terminal } = call;
    if (flags.commandId !== undefined && flags.to === undefined) {
      throw new Problem(
        "usage",
        "--command-id needs --to: a repeat must name the same side, and the standby may be another by then",
      );
    }
    const api = connect(call);
    const environment = await findEnvironment(call, api, call.arguments[0]);
    const { to, revision } = flags.to ? { to: flags.to } : await standbyNow(api, environment);
    const body = {
      ...commandBody(flags, revision),
      to,
      ...(flags.release === undefined ? {} : { release: flags.release }),
      ...(flags.request === undefined ? {} : { request: flags.request }),
    } satisfies FlipBody;
    if (flags.dryRun) {
      const plan = await rehearse(api, environment, "flip", body);
      terminal.answer(plan, () => showPlan(plan, terminal.paint));
      return EXIT.done;
    }
    const answer = await command(api, environment, "flip", body);
    return await tellFlip(call, api, environment, answer, flags.wait);
  },
});

/** A single environment has no standby: its only side is named, and the operator says why not. */
async function standbyNow(
  api: OperatorApi,
  { path }: Environment,
): Promise<{ readonly to: EnvironmentView["live"]; readonly revision?: number }> {
  const { standby, live, revision } = await api.get<EnvironmentView>(path);
  return { to: standby ?? live, revision };
}
