import { waitsFor } from "../../app/environments/sizes.ts";
import type { EnvironmentView, SideView } from "../../contract/api.ts";
import type { SideConfiguration, SideName } from "../../domain/configuration.ts";
import { sideNames } from "../../domain/configuration.ts";
import { newestRequest } from "../../domain/environment/requests.ts";
import type { ConfiguredState, Deployment } from "../../domain/environment/state.ts";
import { roleOf, standbyOf } from "../../domain/environment/state.ts";
import type { SideObservation } from "../../ports/side-runtime.ts";
import { flipView, lastFlipView, requestView } from "./flip.ts";
import { releaseView } from "./release.ts";
import { isoTime } from "./time.ts";

/** What the runtimes told of the sides; a side without an observation is shown without tasks. */
export type Observations = Readonly<Partial<Record<SideName, SideObservation>>>;

export function environmentView(
  state: ConfiguredState,
  observations: Observations = {},
): EnvironmentView {
  const { configuration, hash } = state.configured;
  const { preview } = configuration;
  const [app = "", environment = ""] = state.name.split("/");
  const standby = standbyOf(state);
  const request = newestRequest(state);
  const { flip, lastFlip, freeze, traffic } = state;
  return {
    name: state.name,
    app,
    environment,
    kind: configuration.kind,
    revision: state.revision,
    record: configuration.record,
    ...(preview === undefined ? {} : { preview }),
    ttlSeconds: configuration.ttlSeconds,
    configurationHash: hash,
    live: state.live,
    ...(standby === undefined ? {} : { standby }),
    weights: traffic.weights,
    sides: Object.fromEntries(
      sideNames(configuration).map((side) => [side, sideView(state, side, observations[side])]),
    ),
    records: {
      phase: traffic.phase,
      ...(traffic.blocked ? { blocked: traffic.blocked } : {}),
    },
    ...(flip
      ? { flip: flipView(flip, traffic, waitsFor(state, flip, observations[flip.to])) }
      : {}),
    ...(lastFlip ? { lastFlip: lastFlipView(lastFlip) } : {}),
    ...(request ? { request: requestView(request) } : {}),
    ...(freeze ? { freeze: { by: freeze.by, reason: freeze.reason, at: isoTime(freeze.at) } } : {}),
    ...(state.readOnly ? { readOnly: state.readOnly } : {}),
    drift: state.drift,
  };
}

function sideView(
  state: ConfiguredState,
  name: SideName,
  observation: SideObservation | undefined,
): SideView {
  const { release, deployment, hasBeenLive = false } = state.sides[name] ?? {};
  const serving = observation?.serving;
  return {
    role: roleOf(state, name),
    url: urlOf(state.configured.configuration.sides[name]),
    weight: state.traffic.weights[name] ?? 0,
    draining: isDraining(state, name),
    ...(release ? { release: releaseView(release) } : {}),
    hasBeenLive,
    ...(deployment ? { deployment: deploymentView(deployment) } : {}),
    ...(serving ? { tasks: tasksView(serving) } : {}),
  };
}

function tasksView(
  serving: NonNullable<SideObservation["serving"]>,
): NonNullable<SideView["tasks"]> {
  const { tasksWanted, tasksHealthy, restarts, lastExit } = serving;
  return {
    wanted: tasksWanted,
    healthy: tasksHealthy,
    restarts,
    ...(lastExit ? { lastExit: { at: isoTime(lastExit.at), reason: lastExit.reason } } : {}),
  };
}

/** The records point elsewhere, but clients with cached answers may still come. */
function isDraining({ flip, live, traffic }: ConfiguredState, side: SideName): boolean {
  return flip?.from === side && live === flip.to && traffic.phase === "in-sync";
}

function urlOf(side: SideConfiguration | undefined): string {
  if (!side) return "";
  if (side.runtime === "ecs") return `http://${side.loadBalancer.dnsName}`;
  const host = side.address.includes(":") ? `[${side.address}]` : side.address;
  return `http://${host}:${side.port}`;
}

function deploymentView(deployment: Deployment): NonNullable<SideView["deployment"]> {
  const { id, release, state, startedAt, finishedAt, reason, run } = deployment;
  return {
    id,
    release: releaseView(release),
    state,
    startedAt: isoTime(startedAt),
    ...(finishedAt === undefined ? {} : { finishedAt: isoTime(finishedAt) }),
    ...(reason === undefined ? {} : { reason }),
    ...(run === undefined ? {} : { run }),
  };
}
