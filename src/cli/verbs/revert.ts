import type { EnvironmentView, RevertBody } from "../../contract/api.ts";
import { command, commandBody, commandFlags, dryRunFlag, rehearse } from "../command.ts";
import { ENVIRONMENT, findEnvironment } from "../environment.ts";
import { choice, text } from "../flags.ts";
import { tellFlip } from "../flip-answer.ts";
import { connect } from "../operator-api.ts";
import { EXIT } from "../problem.ts";
import { showPlan } from "../show-plan.ts";
import { defineVerb } from "../verb.ts";
import { waitFlag } from "../wait-for-flip.ts";

export const verb = defineVerb({
  description:
    "Sends all traffic back to the side that was live before. It needs no approval, since what it returns to has carried traffic, and it works while a flip is in flight, while the old side drains and while the environment is frozen.",
  arguments: [ENVIRONMENT],
  flags: {
    to: choice("--to <side>", "The side to go back to; where the last flip came from otherwise", [
      "blue",
      "green",
    ]),
    release: text("--release <id>", "Refuse unless that side holds this release"),
    dryRun: dryRunFlag,
    wait: waitFlag("caches-expired"),
    ...commandFlags,
  },
  examples: [
    {
      command: 'revert production --reason "checkout is broken" --wait in-sync',
      meaning: "go back, and wait until the name servers agree",
    },
    { command: "revert production --dry-run", meaning: "the records before and after" },
  ],
  reach: "operator",
  async run(call) {
    const { flags, terminal } = call;
    const api = connect(call);
    const environment = await findEnvironment(call, api, call.arguments[0]);
    const seen = flags.to ? undefined : await api.get<EnvironmentView>(environment.path);
    const body = {
      ...commandBody(flags, seen?.revision),
      ...(flags.to === undefined ? {} : { to: flags.to }),
      ...(flags.release === undefined ? {} : { release: flags.release }),
    } satisfies RevertBody;
    if (flags.dryRun) {
      const plan = await rehearse(api, environment, "revert", body);
      terminal.answer(plan, () => showPlan(plan, terminal.paint));
      return EXIT.done;
    }
    const answer = await command(api, environment, "revert", body);
    return await tellFlip(call, api, environment, answer, flags.wait);
  },
});
