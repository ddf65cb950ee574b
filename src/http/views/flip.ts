import type { FlipPhase, FlipView, RequestView } from "../../contract/api.ts";
import { FLIP_PHASES } from "../../contract/api.ts";
import type { Flip, FlipRequest, TrafficState } from "../../domain/environment/state.ts";
import { releaseView } from "./release.ts";
import { isoTime } from "./time.ts";

type Reached = Partial<Record<FlipPhase, string>>;

/** The flip in flight: how far its records have come is in `traffic`. */
export function flipView(flip: Flip, traffic: TrafficState): FlipView {
  const reached: Reached = {
    ...reachedByFlip(flip),
    ...reachedByTraffic(traffic),
  };
  return {
    ...described(flip, reached),
    ...(traffic.phase === "blocked" ? { phase: "blocked" } : {}),
  };
}

/** A completed flip. The records may have been changed since, so their phases are not told. */
export function lastFlipView(flip: Flip & { readonly completedAt: number }): FlipView {
  return { ...described(flip, reachedByFlip(flip)), completedAt: isoTime(flip.completedAt) };
}

function described(flip: Flip, reached: Reached): FlipView {
  const { id, kind, from, to, steps, step, requestId, revision, quiet } = flip;
  return {
    id,
    kind,
    from,
    to,
    release: releaseView(flip.release),
    steps,
    step,
    ...(requestId === undefined ? {} : { requestId }),
    revision,
    phase: FLIP_PHASES.filter((phase) => reached[phase] !== undefined).at(-1) ?? "decided",
    reached,
    ...(quiet ? { quiet: { how: quiet.how, requestsSinceExpiry: quiet.requestsSinceExpiry } } : {}),
  };
}

function reachedByFlip({ decidedAt, cachesExpiredAt, quiet }: Flip): Reached {
  return {
    decided: isoTime(decidedAt),
    ...(cachesExpiredAt === undefined ? {} : { "caches-expired": isoTime(cachesExpiredAt) }),
    ...(quiet ? { quiet: isoTime(quiet.at) } : {}),
  };
}

function reachedByTraffic({ phase, submittedAt, inSyncAt }: TrafficState): Reached {
  const submitted = phase === "submitted" || phase === "in-sync" || phase === "blocked";
  return {
    ...(submitted && submittedAt !== undefined ? { submitted: isoTime(submittedAt) } : {}),
    ...(phase === "in-sync" && inSyncAt !== undefined ? { "in-sync": isoTime(inSyncAt) } : {}),
  };
}

export function requestView(request: FlipRequest): RequestView {
  const { candidate, closedBecause, run } = request;
  return {
    id: request.id,
    environment: candidate.environment,
    side: candidate.side,
    release: releaseView(candidate.release),
    configurationHash: candidate.configurationHash,
    revision: candidate.revision,
    status: request.status,
    ...(closedBecause === undefined ? {} : { closedBecause }),
    requestedBy: request.requestedBy,
    requestedAt: isoTime(request.requestedAt),
    expiresAt: isoTime(request.expiresAt),
    approvalsRequired: request.approvalsRequired,
    approvals: request.approvals.map(({ by, at, reason }) => ({
      by,
      at: isoTime(at),
      ...(reason === undefined ? {} : { reason }),
    })),
    ...(run === undefined ? {} : { run }),
  };
}
