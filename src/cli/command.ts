import type { CommandAnswer, CommandBody, PlanView } from "../contract/api.ts";
import { uuid7 } from "../contract/uuid7.ts";
import type { Environment } from "./environment.ts";
import { type FlagValues, text, toggle, wholeNumber } from "./flags.ts";
import type { OperatorApi } from "./operator-api.ts";
import { Problem } from "./problem.ts";

/** Flags of every verb that decides something. */
export const commandFlags = {
  reason: text("--reason <text>", "Why, for the history"),
  expectRevision: wholeNumber(
    "--expect-revision <n>",
    "Refuse unless the environment is at exactly this revision",
    [0, Number.MAX_SAFE_INTEGER],
  ),
  commandId: commandId(),
};

export const dryRunFlag = toggle("--dry-run", "Print what would change, and change nothing");

/** The fields that the flags give every command. The id is made here, once for all repeats. */
export function commandBody(
  flags: FlagValues<typeof commandFlags>,
  expected?: number,
): CommandBody & { readonly commandId: string } {
  const expectRevision = flags.expectRevision ?? expected;
  return {
    commandId: flags.commandId ?? newCommandId(),
    ...(expectRevision === undefined ? {} : { expectRevision }),
    ...(flags.reason === undefined ? {} : { reason: flags.reason }),
  };
}

type Body = CommandBody & { readonly commandId: string };

export function command(
  api: OperatorApi,
  { path }: Environment,
  verb: string,
  body: Body,
): Promise<CommandAnswer> {
  return api.command(`${path}/${verb}`, body);
}

/** What the command would do, without doing it. */
export function rehearse(
  api: OperatorApi,
  { path }: Environment,
  verb: string,
  body: Body,
): Promise<PlanView> {
  return api.command(`${path}/${verb}`, { ...body, dryRun: true });
}

/** The line that begins the human answer of a command. */
export function outcome(answer: CommandAnswer, done: string): string {
  const name = answer.environment.name;
  if (answer.repeated)
    return `${name}: this command was carried out before, at revision ${answer.revision}`;
  if (!answer.changed) return `${name}: nothing had to change (revision ${answer.revision})`;
  return `${name}: ${done} (revision ${answer.revision})`;
}

export function newCommandId(): string {
  return `cli-${uuid7()}`;
}

function commandId() {
  const syntax = "--command-id <id>";
  const flag = text(syntax, "An id of your own: repeating it returns the first outcome");
  const read = (written: string) => {
    // As the API demands: see CommandBody in src/contract/api.ts.
    if (/^[A-Za-z0-9._:/-]{1,128}$/.test(written)) return written;
    throw new Problem(
      "usage",
      `--command-id: "${written}" is not an id; write 1 to 128 of A-Z a-z 0-9 . _ : / -`,
    );
  };
  return { ...flag, read };
}
