import type { RunView } from "../../contract/api.ts";
import { appPath, findApp } from "../app.ts";
import { columns } from "../columns.ts";
import { toggle, wholeNumber } from "../flags.ts";
import { connect, type OperatorApi } from "../operator-api.ts";
import { EXIT, type ExitCode, Problem } from "../problem.ts";
import { RUN, runNumber } from "../run-number.ts";
import { exitOfRun, jobRow, runRow, showRun } from "../show-run.ts";
import { type Call, defineVerb } from "../verb.ts";
import { ONE_HOUR, waitFor } from "../wait.ts";

export const verb = defineVerb({
  description:
    "Lists the app's runs, the newest first, or shows one with its jobs. With --watch, follows a run with a line for each change of a job until it has ended: exits with 0 when it succeeded, 1 when it failed, 3 when it was rejected or overtaken, 4 when it had not ended in time.",
  arguments: [RUN],
  flags: {
    watch: toggle("--watch", "Follow the run, or the newest one, until it has ended"),
    limit: wholeNumber("--limit <n>", "How many to list; 10 when left out", [1, 200]),
  },
  examples: [
    { command: "runs", meaning: "the last ten" },
    { command: "runs 12", meaning: "one run and its jobs" },
    { command: "runs --watch --timeout 30m", meaning: "follow the newest" },
  ],
  reach: "operator",
  async run(call) {
    const { flags, terminal, clock } = call;
    const number = runNumber(call.arguments[0]);
    const api = connect(call);
    const path = `${appPath(await findApp(call, api))}/runs`;
    const limit = flags.watch ? 1 : (flags.limit ?? 10);
    if (number === undefined) {
      const runs = await api.get<readonly RunView[]>(path, { limit });
      if (flags.watch) return await watch(call, api, path, newest(runs).number);
      terminal.answer(runs, () =>
        columns(runs.map((run) => runRow(run, clock.now(), terminal.paint))),
      );
      return EXIT.done;
    }
    if (flags.watch) return await watch(call, api, path, number);
    const run = await api.get<RunView>(`${path}/${number}`);
    terminal.answer(run, () => showRun(run, clock.now(), terminal.paint));
    return EXIT.done;
  },
});

function newest(runs: readonly RunView[]): RunView {
  const [run] = runs;
  if (run) return run;
  throw new Problem("failed", "There is no run yet: push a branch, or merge one.");
}

async function watch(
  call: Call,
  api: OperatorApi,
  path: string,
  number: number,
): Promise<ExitCode> {
  const { terminal, clock } = call;
  const tell = changeTeller(call);
  const what = `run ${number} to end`;
  const outcome = await waitFor(call, { what, seconds: ONE_HOUR }, async () => {
    const run = await api.get<RunView>(`${path}/${number}`);
    tell(run);
    if (run.outcome === "running") return undefined;
    terminal.say(...columns([runRow(run, clock.now(), terminal.paint)]));
    return run.outcome;
  });
  if (outcome) return exitOfRun(outcome);
  throw new Problem(
    "notYet",
    `run ${number} has not ended. \`verdigris runs ${number}\` shows it.`,
  );
}

/** With `--json` each change of the run is a document, otherwise each change of a job is a line. */
function changeTeller({ terminal, clock }: Call): (run: RunView) => void {
  const told = new Map<string, string>();
  const isNew = (key: string, value: string) => {
    const changed = told.get(key) !== value;
    told.set(key, value);
    return changed;
  };
  return (run) => {
    if (terminal.json && isNew("", JSON.stringify(run))) terminal.document(run);
    for (const job of run.jobs) {
      const changed = isNew(job.name, `${job.state} ${job.note ?? ""}`);
      if (!changed || job.state === "waiting") continue;
      terminal.say(...columns([jobRow(job, clock.now(), terminal.paint)]));
    }
  };
}
