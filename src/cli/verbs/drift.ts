import type { DriftAnswer } from "../../contract/api.ts";
import { command, commandBody, commandFlags, dryRunFlag, outcome, rehearse } from "../command.ts";
import { ENVIRONMENT, findEnvironment } from "../environment.ts";
import { toggle } from "../flags.ts";
import { connect } from "../operator-api.ts";
import { EXIT, type ExitCode, Problem } from "../problem.ts";
import { showPlan } from "../show-plan.ts";
import { type Call, defineVerb } from "../verb.ts";

export const verb = defineVerb({
  description:
    "Compares the records, the releases that run and the answers of the name servers with the state. Exits with 0 when all is as it should be, 3 when something differs, and 4 while something is in flight, when differences are expected. With --mend, what differs is shown and put back to what the state says; records that were there before Verdigris are adopted so. With --dry-run as well, the records before and after are printed and nothing is changed.",
  arguments: [ENVIRONMENT],
  flags: { mend: toggle("--mend", "Mend what differs"), dryRun: dryRunFlag, ...commandFlags },
  examples: [
    { command: "drift production", meaning: "look, and mend nothing" },
    { command: "drift production --mend", meaning: "put it back to what the state says" },
    { command: "drift production --mend --dry-run", meaning: "the records before and after" },
  ],
  reach: "operator",
  async run(call) {
    const { flags, terminal } = call;
    const api = connect(call);
    const environment = await findEnvironment(call, api, call.arguments[0]);
    const found = await api.get<DriftAnswer>(`${environment.path}/drift`);
    if (flags.dryRun && !flags.mend) {
      throw new Problem("usage", "--dry-run shows what --mend would do; write both");
    }
    if (!flags.mend || found.drift.length === 0) {
      terminal.answer(found, () => lines(found, call));
      return exitOf(found);
    }
    if (flags.dryRun) {
      const plan = await rehearse(api, environment, "drift/mend", commandBody(flags));
      terminal.answer(plan, () => showPlan(plan, terminal.paint));
      return EXIT.done;
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
  const items = found.drift.flatMap(({ kind, side, expected, found: seen, mend }, index) => [
    `  ${kind}${side ? ` ${paint.side(side, side)}` : ""}`,
    `    ${paint.green(`expected ${expected}`)}`,
    `    ${paint.red(`found    ${seen}`)}`,
    // Said once of those in a row that it mends.
    ...(mend === found.drift[index + 1]?.mend ? [] : [`  \`${mend}\` mends it`]),
  ]);
  return [`${at}: drift`, ...items];
}

function exitOf({ settled, drift }: DriftAnswer): ExitCode {
  if (drift.length > 0) return EXIT.refused;
  return settled ? EXIT.done : EXIT.notYet;
}
