import type { Operator } from "../../app/operator.ts";
import type { runRoutes } from "../../contract/routes/runs.ts";
import type { Failure } from "../failure.ts";
import { fail, isFailure } from "../failure.ts";
import type { Handlers } from "../handler.ts";
import type { StartedRunState } from "../views/run.ts";
import { hasEnded, hasStarted, runView } from "../views/run.ts";

export const runHandlers: Handlers<keyof typeof runRoutes> = {
  async listRuns({ params, query }, { operator }) {
    const app = await operator.apps.get(params.app);
    if (isFailure(app)) return app;
    const { before, limit } = query;
    const runs = await operator.runs.list(app.name, {
      limit,
      ...(before === undefined ? {} : { before }),
    });
    return runs.filter(hasStarted).map((run) => shown(run, operator));
  },

  async getRun({ params }, { operator }) {
    const run = await findRun(operator, params.app, params.id);
    return isFailure(run) ? run : shown(run, operator);
  },

  async getRunLog({ params, query }, { operator }) {
    const run = await findRun(operator, params.app, params.id);
    if (isFailure(run)) return run;
    const job = run.jobs.find(({ name }) => name === query.job);
    if (!job) {
      const names = run.jobs.map(({ name }) => name);
      return fail(
        "not_found",
        `Run ${run.number} of ${run.app} has no job ${query.job}; its jobs are ${names.join(", ")}.`,
        { jobs: names },
      );
    }
    const log = { app: run.app, run: run.number, job: job.name };
    const lines = await operator.runs.log(log, query.from, query.limit);
    return {
      lines,
      next: query.from + lines.length,
      ended: hasEnded(job) && lines.length < query.limit,
    };
  },
};

async function findRun(
  operator: Operator,
  app: string,
  number: number,
): Promise<StartedRunState | Failure> {
  const run = await operator.runs.get(app, number);
  if (isFailure(run) || hasStarted(run)) return run;
  return fail("unknown_run", `Run ${number} of ${app} has not started yet.`, { run: number });
}

function shown(run: StartedRunState, { runs }: Operator) {
  return runView(run, (job) => runs.locateLog({ app: run.app, run: run.number, job }));
}
