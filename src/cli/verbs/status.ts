import type { EnvironmentView, RunView } from "../../contract/api.ts";
import { appPath, findApp } from "../app.ts";
import { columns } from "../columns.ts";
import { ENVIRONMENT, namedEnvironment } from "../environment.ts";
import { connect } from "../operator-api.ts";
import { EXIT } from "../problem.ts";
import { showEnvironment } from "../show-environment.ts";
import { runRow } from "../show-run.ts";
import { defineVerb } from "../verb.ts";

export const verb = defineVerb({
  description:
    "Shows what is live: for each environment its sides with their weights and releases, the flip in flight, the newest request and how to approve it, a freeze, drift and how to mend it; and the newest run.",
  arguments: [{ ...ENVIRONMENT, summary: "Only this one: production, or rainbow/production" }],
  flags: {},
  examples: [
    { command: "status", meaning: "all environments of the app" },
    { command: "status production --json", meaning: "one environment, for a program" },
  ],
  reach: "operator",
  async run(call) {
    const api = connect(call);
    const [written] = call.arguments;
    const { clock, terminal } = call;
    const show = (view: EnvironmentView) => showEnvironment(view, clock.now(), terminal.paint);
    if (written !== undefined) {
      const { path } = await namedEnvironment(call, api, written);
      const view = await api.get<EnvironmentView>(path);
      terminal.answer(view, () => show(view));
      return EXIT.done;
    }
    const app = appPath(await findApp(call, api));
    const [views, runs] = await Promise.all([
      api.get<readonly EnvironmentView[]>(`${app}/environments`),
      terminal.json ? [] : api.get<readonly RunView[]>(`${app}/runs`, { limit: 1 }),
    ]);
    terminal.answer(views, () => [
      ...(views.length === 0 ? ["no environment yet; `verdigris apply` makes them", ""] : []),
      ...views.flatMap((view) => [...show(view), ""]),
      ...newestRun(runs, (run) => columns([runRow(run, clock.now(), terminal.paint)])),
    ]);
    return EXIT.done;
  },
});

function newestRun(
  runs: readonly RunView[],
  show: (run: RunView) => readonly string[],
): readonly string[] {
  const [newest] = runs;
  return newest ? show(newest) : ["no run yet"];
}
