import type { JobView, LogAnswer, RunView } from "../contract/api.ts";
import type { OperatorApi } from "./operator-api.ts";
import { Problem } from "./problem.ts";
import type { Call } from "./verb.ts";
import { ONE_HOUR, waitFor } from "./wait.ts";

const PAGE_LINES = 1_000;

/** Prints what one job of a run, or each with a heading, has written so far. */
export async function printJobLogs(
  call: Call,
  api: OperatorApi,
  run: string,
  job: string | undefined,
): Promise<void> {
  if (job === undefined) return await printAll(call, api, run);
  const log = await wholeLog(api, run, job);
  call.terminal.answer(log, () => log.lines);
}

async function printAll(call: Call, api: OperatorApi, run: string): Promise<void> {
  const logs: (LogAnswer & { readonly job: string })[] = [];
  for (const { name } of jobsWithLog(await api.get<RunView>(run))) {
    logs.push({ job: name, ...(await wholeLog(api, run, name)) });
  }
  call.terminal.answer(logs, () =>
    logs.flatMap(({ job, lines }) => [heading(call, job), ...lines, ""]),
  );
}

/** All that was written so far: pages until one is not full. */
async function wholeLog(api: OperatorApi, run: string, job: string): Promise<LogAnswer> {
  const lines: string[] = [];
  for (let from = 0; ; ) {
    const page = await readPage(api, run, job, from);
    lines.push(...page.lines);
    if (page.ended || page.lines.length < PAGE_LINES) return { ...page, lines };
    from = page.next;
  }
}

/** One job after the other, each until no more lines will come, until the run has no further ones. */
export async function followJobLogs(
  call: Call,
  api: OperatorApi,
  run: string,
  only: string | undefined,
): Promise<void> {
  const finished = new Set<string>();
  let current: { readonly name: string; from: number } | undefined =
    only === undefined ? undefined : { name: only, from: 0 };
  const ended = await waitFor(call, { what: "further lines", seconds: ONE_HOUR }, async () => {
    for (;;) {
      if (!current) {
        const view = await api.get<RunView>(run);
        const next = jobsWithLog(view).find((job) => !finished.has(job.name));
        if (!next) return view.outcome === "running" ? undefined : true;
        current = { name: next.name, from: 0 };
        call.terminal.say(heading(call, next.name));
      }
      const page = await readPage(api, run, current.name, current.from);
      printLines(call, current.name, page.lines);
      current.from = page.next;
      if (page.ended) {
        finished.add(current.name);
        if (only !== undefined) return true;
        current = undefined;
      } else if (page.lines.length < PAGE_LINES) return undefined;
    }
  });
  if (!ended) throw new Problem("notYet", "the run goes on; more lines may come.");
}

function readPage(api: OperatorApi, run: string, job: string, from: number): Promise<LogAnswer> {
  return api.get<LogAnswer>(`${run}/logs`, { job, from, limit: PAGE_LINES });
}

function printLines({ terminal }: Call, job: string, lines: readonly string[]): void {
  if (!terminal.json) terminal.say(...lines);
  else for (const line of lines) terminal.document({ job, line });
}

function jobsWithLog(run: RunView): readonly JobView[] {
  return run.jobs.filter((job) => job.log !== undefined);
}

function heading({ terminal }: Call, job: string): string {
  return terminal.paint.bold(`== ${job}`);
}
