import type { Asked } from "../batch.ts";
import type { Decision, Refusal } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import type { Approve, ExpireRequest, Reject, RequestFlip } from "./commands.ts";
import type { EnvironmentEvent } from "./events.ts";
import {
  firstRefusal,
  whenAnotherRelease,
  whileDeploying,
  whileDrifted,
  whileFlipping,
  whileFrozen,
  whileRecordsAreUnsettled,
} from "./protections.ts";
import { isPending, newestRequest, voidPendingRequest } from "./requests.ts";
import type { Candidate, ConfiguredState, FlipRequest, ReleaseRef } from "./state.ts";
import { nextId, showRelease, standbyOf } from "./state.ts";

/** Asks for the standby to become live, as it is now. */
export function decideRequest(
  state: ConfiguredState,
  command: Asked<RequestFlip>,
  now: number,
): Decision<EnvironmentEvent> {
  const candidate = candidateOf(state);
  if ("kind" in candidate) return candidate;
  const refusal = firstRefusal(
    whileFrozen(state),
    whileDrifted(state, [candidate.side]),
    whileFlipping(state),
    whileRecordsAreUnsettled(state),
    whileDeploying(state, candidate.side),
    whenAnotherRelease(command.releaseId, candidate.release.id, state, candidate.side),
  );
  if (refusal) return refusal;
  const { approvals } = state.configured.configuration.flip;
  return [
    ...voidPendingRequest(state, `request ${nextId(state)} took its place`),
    {
      type: "FlipRequested",
      request: {
        id: nextId(state),
        candidate,
        requestedBy: command.meta.actor.name,
        expiresAt: now + approvals.expiresSeconds * 1000,
        approvalsRequired: approvals.required,
        ...(command.run === undefined ? {} : { run: command.run }),
      },
    },
  ];
}

/** What a flip would make live now. */
export function candidateOf(state: ConfiguredState): Candidate | Refusal {
  const side = standbyOf(state);
  if (!side) {
    return refuse(
      "not_blue_green",
      `${state.name} has one side, which is updated in place: there is nothing to flip.`,
      { kind: state.configured.configuration.kind },
    );
  }
  const { release, configurationHash } = state.sides[side] ?? {};
  if (!release || configurationHash === undefined) {
    return refuse(
      "nothing_on_standby",
      `${side} (standby) of ${state.name} has no release. Nothing was changed. \`verdigris deploy ${state.name}\` puts one there.`,
      { side },
    );
  }
  return { environment: state.name, side, release, configurationHash, revision: state.basis };
}

/** Why the request's candidate is not what a flip would make live now; undefined when it is. */
export function whenStale(state: ConfiguredState, request: FlipRequest): Refusal | undefined {
  const then = request.candidate;
  const now = candidateOf(state);
  if (!("kind" in now)) {
    const same =
      now.side === then.side &&
      now.release.artifact.digest === then.release.artifact.digest &&
      now.configurationHash === then.configurationHash &&
      now.revision === then.revision;
    if (same) return undefined;
  }
  const present = "kind" in now ? undefined : now.release;
  return refuse(
    "stale_candidate",
    `Request ${request.id} was for ${describe(then.side, then.release)}${
      request.closedBecause ? ` and is void: ${request.closedBecause}` : ""
    }; now ${present && !("kind" in now) ? describe(now.side, present) : "there is no candidate"}. Nothing was changed. Look at what is there now and ask anew: \`verdigris request-flip ${state.name}\`.`,
    { request: request.id, candidate: then, present: "kind" in now ? null : now },
  );
}

function describe(side: string, release: ReleaseRef): string {
  return `release ${showRelease(release)} on ${side}`;
}

export function decideApprove(
  state: ConfiguredState,
  command: Asked<Approve>,
  now: number,
): Decision<EnvironmentEvent> {
  const { actor, reason } = command.meta;
  const request = openRequest(state, command.requestId, now);
  if ("kind" in request) return request;
  if (request.approvals.some((approval) => approval.by === actor.name)) {
    return refuse(
      "already_approved",
      `${actor.name} has already approved request ${request.id}; ${request.approvalsRequired} different people are needed.`,
      { request: request.id, approvals: request.approvals.length },
    );
  }
  if (isAuthor(actor.name, request.candidate.release) && !mayAuthorApprove(state)) {
    return refuse(
      "author_may_not_approve",
      `${actor.name} is the author of ${request.candidate.release.id}, and ${state.name} wants somebody else's approval. Nothing was changed.`,
      { request: request.id, author: request.candidate.release.author },
    );
  }
  return [
    {
      type: "RequestApproved",
      requestId: request.id,
      approval: { by: actor.name, ...(reason ? { reason } : {}) },
    },
  ];
}

function mayAuthorApprove(state: ConfiguredState): boolean {
  return state.configured.configuration.flip.approvals.authorMayApprove;
}

function isAuthor(name: string, release: ReleaseRef): boolean {
  const { author } = release;
  return [author.name, author.email].some((one) => one.toLowerCase() === name.toLowerCase());
}

export function decideReject(
  state: ConfiguredState,
  command: Asked<Reject>,
  now: number,
): Decision<EnvironmentEvent> {
  const { actor, reason } = command.meta;
  const request = openRequest(state, command.requestId, now);
  if ("kind" in request) return request;
  return [
    {
      type: "RequestClosed",
      requestId: request.id,
      status: "rejected",
      because: `${actor.name}: ${reason ?? "no reason given"}`,
    },
  ];
}

/** The request of this id if it can still be approved, rejected or flipped. */
export function openRequest(
  state: ConfiguredState,
  requestId: string,
  now: number,
): FlipRequest | Refusal {
  const request = state.requests.find((one) => one.id === requestId);
  if (!request) {
    const newest = newestRequest(state);
    return refuse(
      "unknown_request",
      `${state.name} has no flip request ${requestId}${
        newest ? `; the newest is ${newest.id} (${newest.status})` : ""
      }. Nothing was changed.`,
      { request: requestId, newest: newest?.id ?? null },
    );
  }
  const refusal = firstRefusal(
    request.status === "void" ? (whenStale(state, request) ?? closed(request)) : undefined,
    request.status !== "open" && request.status !== "approved" ? closed(request) : undefined,
    now >= request.expiresAt ? expired(state, request) : undefined,
    whenStale(state, request),
  );
  return refusal ?? request;
}

function closed(request: FlipRequest): Refusal {
  return refuse(
    request.status === "expired" ? "approval_expired" : "request_closed",
    `Request ${request.id} is ${request.status}${request.closedBecause ? `: ${request.closedBecause}` : ""}. Nothing was changed.`,
    { request: request.id, status: request.status },
  );
}

function expired(state: ConfiguredState, request: FlipRequest): Refusal {
  return refuse(
    "approval_expired",
    `Request ${request.id} and its approvals have expired. Nothing was changed. Ask anew: \`verdigris request-flip ${state.name}\`.`,
    { request: request.id, expiresAt: request.expiresAt },
  );
}

export function decideExpire(
  state: ConfiguredState,
  command: Asked<ExpireRequest>,
  now: number,
): Decision<EnvironmentEvent> {
  const request = newestRequest(state);
  if (request?.id !== command.requestId || !isPending(request) || now < request.expiresAt)
    return [];
  return [
    {
      type: "RequestClosed",
      requestId: request.id,
      status: "expired",
      because: "nobody flipped in time",
    },
  ];
}
