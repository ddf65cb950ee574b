import type { Asked } from "../batch.ts";
import type { RecordSet } from "../records.ts";
import { notOurs, showRecord } from "../records.ts";
import type { Decision, Refusal } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import type { Mend, ReportDrift } from "./commands.ts";
import type { EnvironmentEvent } from "./events.ts";
import { firstRefusal, whileDeploying } from "./protections.ts";
import type { ConfiguredState } from "./state.ts";
import { nextId, showSide, standbyOf } from "./state.ts";
import { recordsFor, wholly } from "./traffic.ts";

/**
 * Puts the world back to what the state says: the records replace exactly what the person was
 * shown, so a further change by hand in between is refused by the zone; sides get the state's release again.
 * The drift that was on record is in work with that; the next check tells what is left of it.
 */
export function decideMend(
  state: ConfiguredState,
  command: Asked<Mend>,
): Decision<EnvironmentEvent> {
  const { records: replaces, sides } = command.found;
  if (replaces === undefined && sides.length === 0) {
    return refuse("nothing_to_mend", `${state.name} has not drifted. Nothing was changed.`, {});
  }
  const refusal = firstRefusal(
    ...sides.map(({ side }) => whileDeploying(state, side)),
    whenAnothersRecord(state, replaces),
    whenTrafficWouldLeave(state, replaces),
  );
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
  const deployments = sides.flatMap(({ side, replaces: foreign }): EnvironmentEvent[] => {
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

function whenAnothersRecord(
  state: ConfiguredState,
  replaces: readonly RecordSet[] = [],
): Refusal | undefined {
  const anothers = replaces.filter(({ policy }) => policy !== undefined);
  const [first] = anothers;
  if (!first) return undefined;
  return refuse(
    "not_permitted",
    `${notOurs(first)}. Nothing was changed. Delete it by what made it, or give ${state.name} another name and apply.`,
    { records: anothers.map(showRecord) },
  );
}

/**
 * Of records that were there before Verdigris, only what keeps the traffic where it is is adopted:
 * the side that would have all of it must be among those that have some now (G7).
 */
function whenTrafficWouldLeave(
  state: ConfiguredState,
  replaces: readonly RecordSet[] = [],
): Refusal | undefined {
  const { configuration } = state.configured;
  if (state.traffic.blocked?.code !== "records_exist") return undefined;
  const answering = replaces.filter(
    ({ name, set }) => name === configuration.record && set?.weight !== 0,
  );
  const own = recordsFor(state.name, configuration, wholly(state.live, configuration), undefined, 0)
    .filter(({ set }) => set?.weight === 100)
    .map(targetOf);
  if (answering.length === 0 || answering.some((record) => own.includes(targetOf(record)))) {
    return undefined;
  }
  const other = standbyOf(state);
  return refuse(
    "traffic_elsewhere",
    `Traffic of ${configuration.record} goes to ${answering.map(showTarget).join(" and ")}, and not to ${showSide(state, state.live)}, which holds no release. Nothing was changed. ${
      other
        ? `If it belongs to ${other}, write initialLive: ${other} and apply; otherwise`
        : "Otherwise"
    } point the side at the load balancer that has the traffic.`,
    { live: state.live, targets: answering.map(showTarget) },
  );
}

/** Load balancers are also called by the name that answers with IPv6 addresses too (ELB User Guide, "IP address type"). */
function targetOf({ alias, values }: RecordSet): string {
  return alias ? alias.name.replace(/^dualstack\./, "") : [...values].sort().join();
}

function showTarget(record: RecordSet): string {
  return targetOf(record) || "nothing";
}

/** Recorded only when it differs from what the last check found. */
export function decideReportDrift(
  state: ConfiguredState,
  command: Asked<ReportDrift>,
): Decision<EnvironmentEvent> {
  if (JSON.stringify(command.drift) === JSON.stringify(state.drift)) return [];
  return [{ type: "DriftChecked", drift: command.drift }];
}
