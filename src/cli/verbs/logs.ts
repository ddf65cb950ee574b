import { appPath, findApp } from "../app.ts";
import { toggle, wholeNumber } from "../flags.ts";
import { followJobLogs, printJobLogs } from "../job-logs.ts";
import { connect } from "../operator-api.ts";
import { EXIT, Problem } from "../problem.ts";
import { runNumber } from "../run-number.ts";
import { printSideLogs } from "../side-logs.ts";
import { defineVerb } from "../verb.ts";

const USUAL_LINES = 100;

export const verb = defineVerb({
  description:
    "Prints what the jobs of a run have written, or what the tasks of an environment wrote last: of one job or side, or of all with a heading for each. With --follow, goes on until the run has ended; with --json each line of it is then a document of its own.",
  arguments: [
    {
      name: "source",
      summary: "A run's number, as `verdigris runs` lists it, or an environment",
      required: true,
    },
    {
      name: "part",
      summary: "A job, for example build, or a side, for example green; all when left out",
      required: false,
    },
  ],
  flags: {
    follow: toggle("--follow", "Go on until the run has ended"),
    lines: wholeNumber("--lines <n>", "How many lines of each side; 100 when left out", [1, 5000]),
  },
  examples: [
    { command: "logs 12 build", meaning: "what the build wrote" },
    { command: "logs 12 --follow", meaning: "all jobs, as they go on" },
    { command: "logs production green", meaning: "what the tasks of green wrote last" },
  ],
  reach: "operator",
  async run(call) {
    const [source = "", part] = call.arguments;
    const { follow, lines } = call.flags;
    const api = connect(call);
    if (!/^\d/.test(source)) {
      if (follow) throw new Problem("usage", "--follow: only the jobs of a run are followed");
      const wanted = { environment: source, side: part, lines: lines ?? USUAL_LINES };
      return await printSideLogs(call, api, wanted);
    }
    if (lines) throw new Problem("usage", "--lines: a run's jobs are printed whole");
    const number = runNumber(source);
    const run = `${appPath(await findApp(call, api))}/runs/${number}`;
    if (follow) await followJobLogs(call, api, run, part);
    else await printJobLogs(call, api, run, part);
    return EXIT.done;
  },
});
