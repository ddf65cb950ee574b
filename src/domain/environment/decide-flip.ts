import type { Asked } from "../batch.ts";
import type { FlipStep, SideName } from "../configuration.ts";
import type { Decision, Refusal } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import type { AdvanceFlip, FlipTo, Lasted, Revert } from "./commands.ts";
import { candidateOf, openRequest } from "./decide-request.ts";
import type { EnvironmentEvent, FlipStarted, TrafficDecided } from "./events.ts";
import {
  firstRefusal,
  wayOn,
  whenAnotherRelease,
  whileDeploying,
  whileDrifted,
  whileFlipping,
  whileFrozen,
  whileRecordsAreUnsettled,
} from "./protections.ts";
import { isPending, newestRequest } from "./requests.ts";
import type { ConfiguredState, FlipRequest, ReleaseRef, Weights } from "./state.ts";
import { nextId, showSide } from "./state.ts";
import { recordsFor, split, wholly } from "./traffic.ts";

/** Reverts and aborts go in one step: whoever asks for one has no time. */
const AT_ONCE: readonly FlipStep[] = [{ weight: 100, bakeSeconds: 0 }];

/** Makes the standby live, under an approved request for exactly what it holds (G3). */
export function decideFlip(
  state: ConfiguredState,
  command: Asked<FlipTo>,
  now: number,
): Decision<EnvironmentEvent> {
  const candidate = candidateOf(state);
  const refusal = firstRefusal(
    whenNotFlippable(state, command.to),
    whileDrifted(state, [command.to]),
    whileFlipping(state),
    "kind" in candidate ? candidate : undefined,
    whileFrozen(state),
    whileRecordsAreUnsettled(state),
    whileDeploying(state, command.to),
  );
  if (refusal) return refusal;
  if ("kind" in candidate) return candidate;
  const other = whenAnotherRelease(command.releaseId, candidate.release.id, state, candidate.side);
  if (other) return other;
  const request = approvedRequest(state, command.requestId, now);
  if (request && "kind" in request) return request;
  const { steps } = state.configured.configuration.flip;
  const started: FlipStarted = {
    type: "FlipStarted",
    flipId: nextId(state),
    kind: "flip",
    from: state.live,
    to: command.to,
    release: candidate.release,
    steps,
    ...(request ? { requestId: request.id } : {}),
  };
  return [
    started,
    moveTraffic(state, split(state.live, command.to, steps[0]?.weight ?? 100), command.to),
    ...(request ? [closedByFlip(request, started.flipId)] : []),
  ];
}

function closedByFlip(request: FlipRequest, flipId: string): EnvironmentEvent {
  return {
    type: "RequestClosed",
    requestId: request.id,
    status: "flipped",
    because: `carried out by flip ${flipId}`,
    flipId,
  };
}

function whenNotFlippable(state: ConfiguredState, to: SideName): Refusal | undefined {
  if (state.configured.configuration.kind !== "blue-green") {
    return refuse(
      "not_blue_green",
      `${state.name} has one side, which is updated in place: there is nothing to flip.`,
      { kind: state.configured.configuration.kind },
    );
  }
  if (!state.sides[to]) {
    return refuse(
      "unknown_side",
      `${state.name} has no side ${to}; its sides are blue and green.`,
      {
        side: to,
      },
    );
  }
  if (to === state.live && !state.flip) {
    return refuse(
      "already_live",
      `${showSide(state, to)} of ${state.name} serves already. Nothing was changed.`,
      { live: state.live, revision: state.revision },
    );
  }
  return undefined;
}

/** The pending request that has all its approvals; undefined where the policy needs none and there is none. */
function approvedRequest(
  state: ConfiguredState,
  requestId: string | undefined,
  now: number,
): FlipRequest | Refusal | undefined {
  const newest = newestRequest(state);
  const wanted = requestId ?? (newest && isPending(newest) ? newest.id : undefined);
  const required = state.configured.configuration.flip.approvals.required;
  if (wanted === undefined) {
    if (required === 0) return undefined;
    return refuse(
      "approval_required",
      `A flip of ${state.name} needs ${required} approval${required === 1 ? "" : "s"} and nobody has asked for it. Nothing was changed. \`verdigris request-flip ${state.name}\` asks.`,
      { required },
    );
  }
  const request = openRequest(state, wanted, now);
  if ("kind" in request || request.approvals.length >= request.approvalsRequired) return request;
  return refuse(
    "approval_required",
    `Request ${request.id} of ${state.name} has ${request.approvals.length} of ${request.approvalsRequired} approvals. Nothing was changed. \`verdigris approve ${request.id}\` gives one.`,
    { request: request.id, approvals: request.approvals.length, required },
  );
}

/**
 * Back to the side that was live before. It needs no approval, since what it returns to has carried
 * traffic, and it works while a flip is in flight, while the old side drains and while frozen.
 */
export function decideRevert(
  state: ConfiguredState,
  command: Asked<Revert>,
): Decision<EnvironmentEvent> {
  const to = command.to ?? revertTarget(state);
  if (to === undefined) {
    const { lastFlip } = state;
    return refuse(
      "nothing_to_revert",
      lastFlip
        ? `The last change of ${state.name} was itself the ${lastFlip.kind} ${lastFlip.id}. Nothing was changed. To go to ${lastFlip.from} all the same, name it: \`verdigris revert ${state.name} --to ${lastFlip.from}\`.`
        : `${state.name} was never flipped: there is nothing to go back to.`,
      { live: state.live },
    );
  }
  const refusal = firstRefusal(
    whenNotFlippable(state, to),
    whenAlreadyOnTheWay(state, to),
    whileDeploying(state, to),
    whileDrifted(state, [to]),
    whenAnotherRelease(command.releaseId, state.sides[to]?.release?.id, state, to),
  );
  if (refusal) return refusal;
  const side = state.sides[to];
  if (!side?.release || !(side.hasBeenLive || to === state.live)) {
    const held = side?.release
      ? `${side.release.id}, which has not been live: that would be a flip`
      : "no release to go back to";
    return refuse(
      "nothing_to_revert",
      `${showSide(state, to)} of ${state.name} holds ${held}. Nothing was changed. \`verdigris request-flip ${state.name}\` asks for one.`,
      { side: to, release: side?.release?.id ?? null },
    );
  }
  return turnBack(state, "revert", to, side.release);
}

function revertTarget(state: ConfiguredState): SideName | undefined {
  if (state.flip) return state.flip.from;
  return state.lastFlip?.kind === "flip" ? state.lastFlip.from : undefined;
}

function whenAlreadyOnTheWay(state: ConfiguredState, to: SideName): Refusal | undefined {
  if (state.flip?.to !== to) return undefined;
  return refuse(
    "already_live",
    `${state.flip.kind} ${state.flip.id} of ${state.name} to ${to} is in flight already. Nothing was changed.`,
    { flip: state.flip.id, live: state.live, revision: state.revision },
  );
}

/** Ends the flip in flight by sending all traffic back to where it came from. */
export function decideAbort(state: ConfiguredState): Decision<EnvironmentEvent> {
  const { flip } = state;
  if (!flip) {
    return refuse(
      "no_flip_in_flight",
      `No flip of ${state.name} is in flight. Nothing was changed.`,
      { live: state.live },
    );
  }
  if (flip.kind === "abort") {
    return refuse(
      "already_live",
      `Flip ${flip.id} of ${state.name} is an abort already. Nothing was changed.${
        state.traffic.blocked ? ` Its records are blocked. ${wayOn(state)}` : ""
      }`,
      { flip: flip.id },
    );
  }
  const release = state.sides[flip.from]?.release ?? flip.release;
  return turnBack(state, "abort", flip.from, release);
}

function turnBack(
  state: ConfiguredState,
  kind: "revert" | "abort",
  to: SideName,
  release: ReleaseRef,
): readonly EnvironmentEvent[] {
  const from = to === "blue" ? "green" : "blue";
  return [
    { type: "FlipStarted", flipId: nextId(state), kind, from, to, release, steps: AT_ONCE },
    moveTraffic(state, wholly(to, state.configured.configuration), to),
  ];
}

function moveTraffic(state: ConfiguredState, weights: Weights, to: SideName): TrafficDecided {
  const { configuration } = state.configured;
  const standby = weights[to] === 100 ? (to === "blue" ? "green" : "blue") : to;
  const records = recordsFor(state.name, configuration, weights, standby, state.revision + 1);
  return { type: "TrafficDecided", weights, records };
}

/**
 * What is due: caches expired, the old side quiet, the next step, completion. Called whenever
 * time has passed, as often as one likes. What has lasted how long is the command's to say: the times
 * on record are of clocks that may since have been set (G9).
 */
export function decideAdvance(
  state: ConfiguredState,
  command: Asked<AdvanceFlip>,
): Decision<EnvironmentEvent> {
  const { flip, traffic } = state;
  if (
    flip?.id !== command.flipId ||
    traffic.phase !== "in-sync" ||
    traffic.inSyncAt === undefined
  ) {
    return [];
  }
  const { configuration } = state.configured;
  const step = flip.steps[flip.step];
  const baked = hasLasted(command.inSync, traffic.inSyncAt, step?.bakeSeconds ?? 0);
  const next = flip.steps[flip.step + 1];
  if (next) {
    if (!baked || whileDrifted(state, [flip.to])) return [];
    return [
      { type: "FlipStepStarted", flipId: flip.id, step: flip.step + 1 },
      moveTraffic(state, split(flip.from, flip.to, next.weight), flip.to),
    ];
  }
  if (flip.cachesExpiredAt === undefined) {
    const due = hasLasted(command.inSync, traffic.inSyncAt, configuration.ttlSeconds);
    return due ? [{ type: "CachesExpired", flipId: flip.id }] : [];
  }
  if (flip.quiet === undefined) {
    const { drainSeconds } = configuration.flip;
    const overdue = hasLasted(command.cachesExpired, flip.cachesExpiredAt, drainSeconds);
    const how = command.oldSide?.quiet ? "quiet" : overdue ? "deadline" : undefined;
    if (!how) return [];
    const requestsSinceExpiry = command.oldSide?.requestsSinceExpiry ?? 0;
    const quiet: EnvironmentEvent = {
      type: "OldSideQuiet",
      flipId: flip.id,
      how,
      requestsSinceExpiry,
    };
    return baked ? [quiet, { type: "FlipCompleted", flipId: flip.id }] : [quiet];
  }
  return baked ? [{ type: "FlipCompleted", flipId: flip.id }] : [];
}

function hasLasted(measured: Lasted | undefined, since: number, seconds: number): boolean {
  return measured?.since === since && measured.ms >= seconds * 1000;
}
