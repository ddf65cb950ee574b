import type { CommandAnswer, DeployBody, EnvironmentView, SideView } from "../../contract/api.ts";
import { command, commandBody, commandFlags, dryRunFlag, outcome, rehearse } from "../command.ts";
import { ENVIRONMENT, type Environment, findEnvironment } from "../environment.ts";
import { choice, needed, text, toggle } from "../flags.ts";
import { connect, goesOn, type OperatorApi } from "../operator-api.ts";
import { EXIT, type ExitCode, Problem } from "../problem.ts";
import { showPlan } from "../show-plan.ts";
import { type SideName, showRelease, showSide } from "../side.ts";
import { type Call, defineVerb } from "../verb.ts";
import { TEN_MINUTES, waitFor } from "../wait.ts";
import { askWhenFree, whenFreeFlag } from "../when-free.ts";

const release = text(
  "--release <id>",
  "The release: its id, its commit, or the commit's first digits",
);

export const verb = defineVerb({
  description:
    "Puts a release on the standby, or in place where an environment has one side. The side that serves the internet is never touched.",
  arguments: [ENVIRONMENT],
  flags: {
    release,
    side: choice("--side <side>", "Refuse unless this is the side that would be deployed to", [
      "blue",
      "green",
      "main",
    ]),
    dryRun: dryRunFlag,
    whenFree: whenFreeFlag,
    wait: toggle("--wait", "Wait until the deployment has succeeded or failed"),
    ...commandFlags,
  },
  examples: [
    {
      command: "deploy production --release 3f2a9c1 --wait",
      meaning: "deploy to the standby, and wait until it is healthy",
    },
    { command: "deploy test --release 3f2a9c1 --dry-run", meaning: "what would change" },
  ],
  reach: "operator",
  async run(call) {
    const { flags, terminal } = call;
    const wanted = needed(flags.release, release);
    const api = connect(call);
    const environment = await findEnvironment(call, api, call.arguments[0]);
    const body = {
      ...commandBody(flags),
      release: wanted,
      ...(flags.side === undefined ? {} : { side: flags.side }),
    } satisfies DeployBody;
    if (flags.dryRun) {
      const plan = await rehearse(api, environment, "deployments", body);
      terminal.answer(plan, () => showPlan(plan, terminal.paint));
      return EXIT.done;
    }
    const ask = () => command(api, environment, "deployments", body);
    const answer = flags.whenFree
      ? await askWhenFree(call, `${environment.name} to be free`, ask)
      : await ask();
    terminal.say(outcome(answer, begun(call, answer)));
    if (flags.wait && answer.id !== undefined) {
      return await waitForDeployment(call, api, environment, answer, answer.id);
    }
    if (terminal.json) terminal.document(answer);
    else terminal.say("`verdigris status` shows how far it is");
    return EXIT.done;
  },
});

function begun(call: Call, { id, environment: view }: CommandAnswer): string {
  const [name, side] = deploymentOf(view, id) ?? [];
  if (!name || !side) return `deployment ${id ?? "begun"}`;
  const where = showSide(view, name, call.terminal.paint);
  return `deployment ${id} of ${showRelease(side.deployment?.release)} to ${where}`;
}

async function waitForDeployment(
  call: Call,
  api: OperatorApi,
  environment: Environment,
  answer: CommandAnswer,
  id: string,
): Promise<ExitCode> {
  let last = answer.environment;
  const what = `deployment ${id} to be healthy`;
  const ended = await waitFor(call, { what, seconds: TEN_MINUTES }, async () => {
    last = await api.get<EnvironmentView>(environment.path);
    const [, side] = deploymentOf(last, id) ?? [];
    if (!side) {
      throw new Problem(
        "failed",
        `Deployment ${id} of ${last.name} was followed by another before it was seen to end. \`verdigris history ${last.environment}\` tells what became of it.`,
      );
    }
    return side.deployment?.state === "in-flight" ? undefined : side.deployment;
  });
  if (call.terminal.json) call.terminal.document({ ...answer, environment: last });
  if (!ended) {
    throw new Problem(
      "notYet",
      `deployment ${id} of ${last.name} is still in flight. ${goesOn(api)}`,
    );
  }
  if (ended.state === "failed") {
    throw new Problem(
      "failed",
      `Deployment ${id} of ${last.name} failed: ${ended.reason ?? "no reason known"}. Traffic was not touched.`,
    );
  }
  call.terminal.say(`deployment ${id} succeeded`);
  return EXIT.done;
}

function deploymentOf(
  view: EnvironmentView,
  id: string | undefined,
): readonly [SideName, SideView] | undefined {
  const sides = Object.entries(view.sides) as [SideName, SideView][];
  return sides.find(([, side]) => side.deployment?.id === id);
}
