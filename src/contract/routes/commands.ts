import { z } from "zod";
import { json, type Route } from "../route.ts";
import {
  commandAnswer,
  commandBody,
  deployBody,
  flipBody,
  planView,
  requestFlipBody,
  revertBody,
} from "../schemas/commands.ts";
import { environmentPath, requestPath } from "./parameters.ts";
import {
  CANDIDATE_REFUSALS,
  DECISION_REFUSALS,
  DEPLOY_REFUSALS,
  FLIP_REFUSALS,
  REQUEST_REFUSALS,
  REVERT_REFUSALS,
} from "./refusals.ts";

const ENVIRONMENT = "/api/v1/apps/{app}/environments/{env}";

/** A command about an environment, which can be previewed with `dryRun`. */
function command<
  const Own extends Pick<Route, "path" | "role" | "summary" | "params" | "body" | "errors">,
>(own: Own) {
  return {
    method: "post",
    tag: "environments",
    answer: json(z.union([commandAnswer, planView])),
    change: true,
    ...own,
  } as const;
}

/** What can be asked of one environment, and who may. */
export const commandRoutes = {
  deploy: command({
    path: `${ENVIRONMENT}/deployments`,
    role: "deployer",
    summary: "Deploy a release to the standby, or to a single environment's side",
    params: environmentPath,
    body: json(deployBody),
    errors: DEPLOY_REFUSALS,
  }),
  requestFlip: command({
    path: `${ENVIRONMENT}/flip-requests`,
    role: "deployer",
    summary: "Ask for the standby to become live, as it is now",
    params: environmentPath,
    body: json(requestFlipBody),
    errors: CANDIDATE_REFUSALS,
  }),
  approve: command({
    path: `${ENVIRONMENT}/flip-requests/{id}/approve`,
    role: "approver",
    summary: "Consent to a flip request",
    params: requestPath,
    body: json(commandBody),
    errors: [...REQUEST_REFUSALS, "already_approved", "author_may_not_approve"],
  }),
  reject: command({
    path: `${ENVIRONMENT}/flip-requests/{id}/reject`,
    role: "approver",
    summary: "Close a flip request without a flip",
    params: requestPath,
    body: json(commandBody),
    errors: REQUEST_REFUSALS,
  }),
  flip: command({
    path: `${ENVIRONMENT}/flip`,
    role: "approver",
    summary: "Make the named side live, under an approved request",
    params: environmentPath,
    body: json(flipBody),
    errors: FLIP_REFUSALS,
  }),
  revert: command({
    path: `${ENVIRONMENT}/revert`,
    role: "approver",
    summary: "Go back to the side that was live before",
    params: environmentPath,
    body: json(revertBody),
    errors: REVERT_REFUSALS,
  }),
  resume: command({
    path: `${ENVIRONMENT}/resume`,
    role: "approver",
    summary: "Try a blocked change of records again",
    params: environmentPath,
    body: json(commandBody),
    errors: [...DECISION_REFUSALS, "not_blocked"],
  }),
  abort: command({
    path: `${ENVIRONMENT}/abort`,
    role: "approver",
    summary: "Give up the flip in flight: traffic goes back where it came from",
    params: environmentPath,
    body: json(commandBody),
    errors: [...DECISION_REFUSALS, "already_live", "no_flip_in_flight"],
  }),
  freeze: command({
    path: `${ENVIRONMENT}/freeze`,
    role: "approver",
    summary: "Refuse deployments and flips from now on; a revert still works",
    params: environmentPath,
    body: json(commandBody),
    errors: DECISION_REFUSALS,
  }),
  unfreeze: command({
    path: `${ENVIRONMENT}/unfreeze`,
    role: "approver",
    summary: "Allow deployments and flips again",
    params: environmentPath,
    body: json(commandBody),
    errors: DECISION_REFUSALS,
  }),
  mendDrift: command({
    path: `${ENVIRONMENT}/drift/mend`,
    role: "approver",
    summary: "Put the world back to what the state says, or adopt records that are there already",
    params: environmentPath,
    body: json(commandBody),
    errors: [
      ...DECISION_REFUSALS,
      "deployment_in_flight",
      "not_permitted",
      "nothing_to_mend",
      "traffic_elsewhere",
    ],
  }),
} as const satisfies Record<string, Route>;
