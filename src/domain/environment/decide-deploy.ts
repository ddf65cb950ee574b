import type { Asked } from "../batch.ts";
import type { SideName } from "../configuration.ts";
import type { Decision } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import type { Deploy, ReportDeployment } from "./commands.ts";
import type { EnvironmentEvent } from "./events.ts";
import {
  firstRefusal,
  whileDeploying,
  whileDrifted,
  whileFlipping,
  whileFrozen,
} from "./protections.ts";
import { voidPendingRequest } from "./requests.ts";
import type { ConfiguredState } from "./state.ts";
import { nextId, showRelease, showSide, standbyOf } from "./state.ts";

/** Puts a release on the standby, or in place where there is only one side (G1). */
export function decideDeploy(
  state: ConfiguredState,
  command: Asked<Deploy>,
): Decision<EnvironmentEvent> {
  const side = standbyOf(state) ?? state.live;
  const refusal = firstRefusal(
    whenNotDeployable(state, command.side, side),
    whileFrozen(state),
    // What runs where nothing is on record can't be put back; a deployment replaces it.
    whileDrifted(state, state.sides[side]?.release ? [side] : []),
    whileFlipping(state),
    whileDeploying(state, side),
    whenOlderRun(state, side, command.run),
  );
  if (refusal) return refusal;
  const { release, run } = command;
  return [
    {
      type: "DeploymentStarted",
      deployment: {
        id: nextId(state),
        side,
        release,
        configurationHash: state.configured.hash,
        ...(run === undefined ? {} : { run }),
      },
    },
    ...voidPendingRequest(state, `release ${showRelease(release)} is being deployed to ${side}`),
  ];
}

function whenNotDeployable(state: ConfiguredState, asked: SideName | undefined, side: SideName) {
  if (asked === undefined || asked === side) return undefined;
  if (!state.sides[asked]) {
    return refuse("unknown_side", `${state.name} has no side ${asked}.`, {
      sides: Object.keys(state.sides),
    });
  }
  return refuse(
    "not_standby",
    `${showSide(state, asked)} of ${state.name} serves the internet and is not deployed to; the standby is ${side}. Nothing was changed.`,
    { side: asked, standby: side },
  );
}

/** Runs overtake each other; the newest commit stays. */
function whenOlderRun(state: ConfiguredState, side: SideName, run: number | undefined) {
  const newest = Math.max(...Object.values(state.sides).map((other) => other.deployment?.run ?? 0));
  if (run === undefined || run >= newest) return undefined;
  return refuse(
    "superseded",
    `Run ${run} is overtaken: run ${newest} has already deployed to ${state.name}. Nothing was changed.`,
    { run, newest, side },
  );
}

export function decideReportDeployment(
  state: ConfiguredState,
  command: Asked<ReportDeployment>,
): Decision<EnvironmentEvent> {
  const { side, deploymentId, result } = command;
  const deployment = state.sides[side]?.deployment;
  if (deployment?.id !== deploymentId || deployment.state !== "in-flight") return [];
  return [
    result.ok
      ? { type: "DeploymentSucceeded", side, deploymentId }
      : { type: "DeploymentFailed", side, deploymentId, reason: result.reason },
  ];
}
