import type { Asked } from "../batch.ts";
import type { SideName } from "../configuration.ts";
import { configurationFaults, sideNames } from "../configuration.ts";
import { sameRecords } from "../records.ts";
import type { Decision } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import type { Configure } from "./commands.ts";
import type { EnvironmentEvent, TrafficDecided } from "./events.ts";
import { firstRefusal, whileDeploying, whileFlipping } from "./protections.ts";
import { voidPendingRequest } from "./requests.ts";
import type { Configured, ConfiguredState, EnvironmentState } from "./state.ts";
import { recordsFor, wantedRecords, wholly } from "./traffic.ts";

/** Registers an environment, or changes its configuration and with it, where they differ, its records. */
export function decideConfigure(
  state: EnvironmentState,
  command: Asked<Configure>,
): Decision<EnvironmentEvent> {
  const { configured } = command;
  if (configured.hash === state.configured?.hash || isOvertaken(configured, state)) return [];
  const faults = [...configurationFaults(configured.configuration)];
  const before = state.configured?.configuration;
  if (before && before.kind !== configured.configuration.kind) {
    faults.push(
      `its kind is ${before.kind} and can't be changed: give the other kind another name`,
    );
  }
  if (faults.length > 0) {
    return refuse(
      "invalid_configuration",
      `${state.name} can't be configured so: ${faults.join("; ")}. Nothing was changed.`,
      { faults },
    );
  }
  const present = state.configured ? (state as ConfiguredState) : undefined;
  const refusal =
    present &&
    firstRefusal(
      whileFlipping(present),
      ...sideNames(present.configured.configuration).map((side) => whileDeploying(present, side)),
    );
  if (refusal) return refusal;
  const live = present && !isUntouched(present) ? state.live : initialLive(configured);
  return [
    {
      type: "EnvironmentConfigured",
      configured,
      ...(present && live === state.live ? {} : { live }),
    },
    ...recordsChange(state, command, live),
    ...voidPendingRequest(state, "the configuration changed"),
  ];
}

/** A process that was paused may come late with what the app's log said before. */
function isOvertaken(configured: Configured, state: EnvironmentState): boolean {
  return (configured.appRevision ?? 0) < (state.configured?.appRevision ?? 0);
}

/** Nothing was ever deployed, and records that others made keep it from having any. */
function isUntouched({ sides, traffic }: ConfiguredState): boolean {
  const isNew = Object.values(sides).every(({ release, deployment }) => !release && !deployment);
  return isNew && traffic.blocked?.code === "records_exist";
}

/**
 * Traffic is never with nobody, so a new environment has a live side before it has a release. It is
 * green, so that the first release goes to blue, unless the traffic that is there is said to be on blue.
 */
function initialLive({ configuration: { kind, initialLive } }: Configured): SideName {
  return kind === "single" ? "main" : (initialLive ?? "green");
}

function recordsChange(
  state: EnvironmentState,
  command: Asked<Configure>,
  live: SideName,
): readonly TrafficDecided[] {
  const { configuration } = command.configured;
  const weights = wholly(live, configuration);
  const standby = configuration.kind === "single" ? undefined : live === "blue" ? "green" : "blue";
  const settled = state.traffic.decisions.at(-1)?.revision;
  const unchanged =
    settled !== undefined &&
    sameRecords(
      recordsFor(state.name, configuration, weights, standby, settled),
      wantedRecords(state),
    );
  if (unchanged) return [];
  const records = recordsFor(state.name, configuration, weights, standby, state.revision + 1);
  const { replaces } = command;
  return [{ type: "TrafficDecided", weights, records, ...(replaces ? { replaces } : {}) }];
}
