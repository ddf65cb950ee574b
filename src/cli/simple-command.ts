import { command, commandBody, commandFlags, outcome } from "./command.ts";
import { ENVIRONMENT, findEnvironment } from "./environment.ts";
import { connect } from "./operator-api.ts";
import { EXIT } from "./problem.ts";
import type { Verb } from "./verb.ts";

/** A command that takes nothing but an environment. `done` says what is so when it was carried out. */
export function simpleCommand(
  name: string,
  { done, ...help }: Pick<Verb, "description" | "examples"> & { readonly done: string },
): Verb<typeof commandFlags> {
  return {
    ...help,
    arguments: [ENVIRONMENT],
    flags: commandFlags,
    reach: "operator",
    async run(call) {
      const api = connect(call);
      const environment = await findEnvironment(call, api, call.arguments[0]);
      const answer = await command(api, environment, name, commandBody(call.flags));
      call.terminal.answer(answer, () => [outcome(answer, done)]);
      return EXIT.done;
    },
  };
}
