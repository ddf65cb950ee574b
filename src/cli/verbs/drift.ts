import type { DriftAnswer } from "../../contract/api.ts";
import { command, commandBody, commandFlags, outcome } from "../command.ts";
import { ENVIRONMENT, findEnvironment } from "../environment.ts";
import { toggle } from "../flags.ts";
import { connect } from "../operator-api.ts";
import { EXIT, type ExitCode } from "../problem.ts";
import { type Call, defineVerb } from "../verb.ts";

export const verb = defineVerb({
  description:
    "Compares the records, the releases that run and the answers of the name servers with the state. Exits with 0 when all is as it should be, 3 when something differs, and 4 while something is in flight, when differences are expected. With --mend, what differs is shown and put back to what the state says.",
  arguments: [ENVIRONMENT],
  flags: { mend: toggle("--mend", "Mend what differs"), ...commandFlags },
  examples: [
    { command: "drift production", meaning: "look, and mend nothing" },
    { command: "drift production --mend", meaning: "put it back to what the state says" },
  ],
  reach: "operator",
  async run(call) {
    const { flags, terminal } = call;
    const api = connect(call);
    const environment = await findEnvironment(call, api, call.arguments[0]);
    const found = await api.get<DriftAnswer>(`${environment.path}/drift`);
    if (!flags.mend || found.drift.length === 0) {
      terminal.answer(found, () => lines(found, call));
      return exitOf(found);
    }
    terminal.say(...lines(found, call));
    const answer = await command(api, environment, "drift/mend", commandBody(flags));
    terminal.answer(answer, () => [outcome(answer, "mending what differs")]);
    return EXIT.done;
  },
});

function lines(found: DriftAnswer, { terminal: { paint } }: Call): readonly string[] {
  const at = `${found.environment} at revision ${found.revision}`;
  if (found.drift.length === 0) {
    return [found.settled ? `${at}: no drift` : `${at}: something is in flight, look again later`];
  }
  return found.drift.flatMap(({ kind, side, expected, found: seen, mend }) => [
    `${at}: drift of ${kind}${side ? ` of ${paint.side(side, side)}` : ""}`,
    `  ${paint.green(`expected ${expected}`)}`,
    `  ${paint.red(`found    ${seen}`)}`,
    `  \`${mend}\` mends it`,
  ]);
}

function exitOf({ settled, drift }: DriftAnswer): ExitCode {
  if (drift.length > 0) return EXIT.refused;
  return settled ? EXIT.done : EXIT.notYet;
}
