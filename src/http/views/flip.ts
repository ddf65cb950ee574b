import type { FlipPhase, FlipView, RequestView } from "../../contract/api.ts";
import { FLIP_PHASES } from "../../contract/api.ts";
import type { Flip, FlipRequest, TrafficState } from "../../domain/environment/state.ts";
import { releaseView } from "./release.ts";
import { isoTime } from "./time.ts";

type Reached = Partial<Record<FlipPhase, string>>;

/** The flip in flight; `blocked` while the zone refuses its records. */
export function flipView(flip: Flip, traffic: TrafficState, waitsFor?: string): FlipView {
  return {
    ...described(flip),
    ...(traffic.phase === "blocked" ? { phase: "blocked" } : {}),
    ...(waitsFor === undefined ? {} : { waitsFor }),
  };
}

export function lastFlipView(flip: Flip & { readonly completedAt: number }): FlipView {
  return { ...described(flip), completedAt: isoTime(flip.completedAt) };
}

function described(flip: Flip): FlipView {
  const reached = reachedBy(flip);
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

/** The phases of the step decided last. */
function reachedBy(flip: Flip): Reached {
  const times: Readonly<Record<FlipPhase, number | undefined>> = {
    decided: flip.decidedAt,
    submitted: flip.submittedAt,
    "in-sync": flip.inSyncAt,
    "caches-expired": flip.cachesExpiredAt,
    quiet: flip.quiet?.at,
  };
  return Object.fromEntries(
    Object.entries(times).flatMap(([phase, at]) =>
      at === undefined ? [] : [[phase, isoTime(at)]],
    ),
  );
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
