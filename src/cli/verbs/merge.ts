import type { MergeAnswer } from "../../contract/api.ts";
import { appPath, findApp } from "../app.ts";
import { commandBody, commandFlags } from "../command.ts";
import { connect } from "../operator-api.ts";
import { EXIT } from "../problem.ts";
import { defineVerb } from "../verb.ts";

export const verb = defineVerb({
  description:
    "Merges a branch that has passed CI into the branch that starts releases. A branch that has not passed is refused.",
  arguments: [{ name: "branch", summary: "The branch to merge", required: true }],
  flags: { commandId: commandFlags.commandId },
  examples: [{ command: "merge paint-it-green", meaning: "merge, which starts a release run" }],
  reach: "operator",
  async run(call) {
    const [branch] = call.arguments;
    const api = connect(call);
    const path = `${appPath(await findApp(call, api))}/merge`;
    const body = { ...commandBody(call.flags), branch };
    const answer = await api.command<MergeAnswer>(path, body);
    call.terminal.answer(answer, () => [
      `${answer.branch} is merged into ${answer.into} as ${answer.commit.slice(0, 7)}`,
      "`verdigris runs --watch` follows the run that it starts",
    ]);
    return EXIT.done;
  },
});
