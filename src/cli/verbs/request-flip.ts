import type { EnvironmentView, RequestFlipBody, RequestView } from "../../contract/api.ts";
import { command, commandBody, commandFlags, outcome } from "../command.ts";
import { ENVIRONMENT, findEnvironment } from "../environment.ts";
import { text, toggle } from "../flags.ts";
import { connect } from "../operator-api.ts";
import { EXIT, Problem } from "../problem.ts";
import { requestOf, throwWhenClosed } from "../requests.ts";
import { showRequest } from "../show-request.ts";
import { defineVerb } from "../verb.ts";
import { TEN_MINUTES, waitFor } from "../wait.ts";

export const verb = defineVerb({
  description:
    "Asks for the standby to be made live. The request is bound to exactly what is on the standby now; whatever changes after it makes it void. With --wait, ends when a person has decided: 0 approved, 3 rejected or void, 4 not decided in time.",
  arguments: [ENVIRONMENT],
  flags: {
    release: text("--release <id>", "Refuse unless the standby holds this release"),
    wait: toggle("--wait", "Wait until it is decided"),
    ...commandFlags,
  },
  examples: [
    { command: "request-flip production --release 3f2a9c1", meaning: "ask, and go on" },
    {
      command: "request-flip production --wait --timeout 1h",
      meaning: "ask, and wait for a person",
    },
  ],
  reach: "operator",
  async run(call) {
    const { flags, terminal, clock } = call;
    const api = connect(call);
    const environment = await findEnvironment(call, api, call.arguments[0]);
    const body = {
      ...commandBody(flags),
      ...(flags.release === undefined ? {} : { release: flags.release }),
    } satisfies RequestFlipBody;
    const answer = await command(api, environment, "flip-requests", body);
    const { request: asked } = answer.environment;
    const id = answer.id ?? asked?.id;
    terminal.say(outcome(answer, `flip request ${id}`));
    if (asked && asked.id === id) {
      terminal.say(...showRequest(answer.environment, asked, clock.now(), terminal.paint));
    }
    terminal.say(`\`verdigris approve ${id}\` approves, \`verdigris reject ${id}\` rejects`);
    if (!flags.wait || id === undefined) {
      if (terminal.json) terminal.document(answer);
      return EXIT.done;
    }
    let last = answer.environment;
    const what = `a decision on ${id}`;
    const decided = await waitFor(call, { what, seconds: TEN_MINUTES }, async () => {
      last = await api.get<EnvironmentView>(environment.path);
      const request = requestOf(last, id);
      return request.status === "open" ? undefined : request;
    });
    if (decided) throwWhenClosed(decided);
    if (terminal.json) terminal.document({ ...answer, environment: last });
    if (!decided) throw undecided(id);
    terminal.say(`${id} is ${decided.status}${by(decided)}`);
    return EXIT.done;
  },
});

function undecided(id: string): Problem {
  return new Problem(
    "notYet",
    `nobody has decided on ${id} yet. It stays open; \`verdigris approve ${id}\` approves it.`,
  );
}

function by({ approvals }: RequestView): string {
  const names = approvals.map((approval) => approval.by).join(", ");
  return names ? ` by ${names}` : "";
}
