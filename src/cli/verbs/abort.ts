import { command, commandBody, commandFlags } from "../command.ts";
import { ENVIRONMENT, findEnvironment } from "../environment.ts";
import { tellFlip } from "../flip-answer.ts";
import { connect } from "../operator-api.ts";
import { defineVerb } from "../verb.ts";
import { waitFlag } from "../wait-for-flip.ts";

export const verb = defineVerb({
  description:
    "Gives up the flip in flight: all traffic goes back to the side it came from, in one step.",
  arguments: [ENVIRONMENT],
  flags: { wait: waitFlag("caches-expired"), ...commandFlags },
  examples: [
    {
      command: 'abort production --reason "errors at 10 percent" --wait',
      meaning: "give up, and wait until caches have expired",
    },
  ],
  reach: "operator",
  async run(call) {
    const api = connect(call);
    const environment = await findEnvironment(call, api, call.arguments[0]);
    const answer = await command(api, environment, "abort", commandBody(call.flags));
    return await tellFlip(call, api, environment, answer, call.flags.wait);
  },
});
