import type { Decision } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import type { EnvironmentCommand } from "./commands.ts";
import { decideConfigure } from "./decide-configure.ts";
import { decideDeploy, decideReportDeployment } from "./decide-deploy.ts";
import { decideMend, decideReportDrift } from "./decide-drift.ts";
import { decideAbort, decideAdvance, decideFlip, decideRevert } from "./decide-flip.ts";
import { decideFreeze, decideUnfreeze } from "./decide-freeze.ts";
import { decideApprove, decideExpire, decideReject, decideRequest } from "./decide-request.ts";
import { decideReportTraffic, decideResume } from "./decide-traffic.ts";
import type { EnvironmentEvent } from "./events.ts";
import type { ConfiguredState, EnvironmentState } from "./state.ts";

export function decideEnvironment(
  state: EnvironmentState,
  command: EnvironmentCommand,
  now: number,
): Decision<EnvironmentEvent> {
  const { expectRevision } = command.meta;
  if (expectRevision !== undefined && expectRevision !== state.revision) {
    return refuse(
      "stale_revision",
      `${state.name} is at revision ${state.revision}, not ${expectRevision}; nothing was changed. Look at it again and repeat with the revision you saw.`,
      { revision: state.revision, expected: expectRevision, live: state.live },
    );
  }
  if (command.type === "configure") return decideConfigure(state, command);
  if (!isConfigured(state)) {
    return refuse(
      "unknown_environment",
      `There is no environment ${state.name}. \`verdigris apply\` registers those of verdigris.yaml.`,
      { environment: state.name },
    );
  }
  switch (command.type) {
    case "deploy":
      return decideDeploy(state, command);
    case "request-flip":
      return decideRequest(state, command, now);
    case "approve":
      return decideApprove(state, command, now);
    case "reject":
      return decideReject(state, command, now);
    case "expire-request":
      return decideExpire(state, command, now);
    case "flip":
      return decideFlip(state, command, now);
    case "revert":
      return decideRevert(state, command);
    case "abort":
      return decideAbort(state);
    case "advance-flip":
      return decideAdvance(state, command);
    case "resume":
      return decideResume(state);
    case "report-traffic":
      return decideReportTraffic(state, command);
    case "report-deployment":
      return decideReportDeployment(state, command);
    case "freeze":
      return decideFreeze(state, command);
    case "unfreeze":
      return decideUnfreeze(state);
    case "mend":
      return decideMend(state, command);
    case "report-drift":
      return decideReportDrift(state, command);
  }
}

function isConfigured(state: EnvironmentState): state is ConfiguredState {
  return state.configured !== undefined;
}
