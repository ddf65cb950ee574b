import type { PlanView } from "../../contract/api.ts";
import { ENVIRONMENT, findEnvironment } from "../environment.ts";
import { connect } from "../operator-api.ts";
import { EXIT } from "../problem.ts";
import { showPlan } from "../show-plan.ts";
import { defineVerb } from "../verb.ts";

export const verb = defineVerb({
  description:
    "Shows what a flip would do now: the live side, the releases and the records before and after. Where a flip would be refused, says why and exits with 3.",
  arguments: [ENVIRONMENT],
  flags: {},
  examples: [
    { command: "plan production", meaning: "the change of records that a flip would send" },
  ],
  reach: "operator",
  async run(call) {
    const api = connect(call);
    const { path } = await findEnvironment(call, api, call.arguments[0]);
    const plan = await api.get<PlanView>(`${path}/plan`);
    call.terminal.answer(plan, () => showPlan(plan, call.terminal.paint));
    return EXIT.done;
  },
});
