import type { Asked } from "../batch.ts";
import type { Decision } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import type { Mend, ReportDrift } from "./commands.ts";
import type { EnvironmentEvent } from "./events.ts";
import { firstRefusal, whileDeploying } from "./protections.ts";
import type { ConfiguredState } from "./state.ts";
import { nextId, standbyOf } from "./state.ts";
import { recordsFor } from "./traffic.ts";

/**
 * Puts the world back to what the state says: the records replace exactly what the person was
 * shown, so a further change by hand in between is refused by the zone; sides get the state's release again.
 * The drift that was on record is in work with that; the next check tells what is left of it.
 */
export function decideMend(
  state: ConfiguredState,
  command: Asked<Mend>,
): Decision<EnvironmentEvent> {
  const { replaces, redeploy } = command;
  if (replaces === undefined && redeploy.length === 0) {
    return refuse("nothing_to_mend", `${state.name} has not drifted. Nothing was changed.`, {});
  }
  const refusal = firstRefusal(...redeploy.map(({ side }) => whileDeploying(state, side)));
  if (refusal) return refusal;
  const { configuration, hash } = state.configured;
  const { weights } = state.traffic;
  const records = recordsFor(
    state.name,
    configuration,
    weights,
    standbyOf(state),
    state.revision + 1,
  );
  const traffic: readonly EnvironmentEvent[] =
    replaces === undefined ? [] : [{ type: "TrafficDecided", weights, records, replaces }];
  const deployments = redeploy.flatMap(({ side, replaces: foreign }): EnvironmentEvent[] => {
    const { release, configurationHash } = state.sides[side] ?? {};
    if (!release) return [];
    return [
      {
        type: "DeploymentStarted",
        deployment: {
          id: `${nextId(state)}-${side}`,
          side,
          release,
          configurationHash: configurationHash ?? hash,
          ...(foreign === undefined ? {} : { replaces: foreign }),
        },
      },
    ];
  });
  return [...traffic, ...deployments, { type: "DriftChecked", drift: [] }];
}

/** Recorded only when it differs from what the last check found. */
export function decideReportDrift(
  state: ConfiguredState,
  command: Asked<ReportDrift>,
): Decision<EnvironmentEvent> {
  if (JSON.stringify(command.drift) === JSON.stringify(state.drift)) return [];
  return [{ type: "DriftChecked", drift: command.drift }];
}
