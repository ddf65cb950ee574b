import { command, commandBody, commandFlags, outcome } from "../command.ts";
import { environmentOfId, namedEnvironment } from "../environment.ts";
import { connect } from "../operator-api.ts";
import { EXIT } from "../problem.ts";
import { REQUEST, shortId } from "../requests.ts";
import { defineVerb } from "../verb.ts";

export const verb = defineVerb({
  description: "Rejects a flip request: it can't be approved or carried out any more.",
  arguments: [REQUEST],
  flags: commandFlags,
  examples: [
    { command: 'reject production-41 --reason "the colours are wrong"', meaning: "say why not" },
  ],
  reach: "operator",
  async run(call) {
    const written = call.arguments[0] ?? "";
    const id = shortId(written);
    const api = connect(call);
    const environment = await namedEnvironment(call, api, environmentOfId(written));
    const verb = `flip-requests/${encodeURIComponent(id)}/reject`;
    const answer = await command(api, environment, verb, commandBody(call.flags));
    call.terminal.answer(answer, () => [outcome(answer, `rejected ${id}`)]);
    return EXIT.done;
  },
});
