import type {
  ConfiguredState,
  Deployment,
  Flip,
  FlipRequest,
} from "../../domain/environment/state.ts";
import { showSide } from "../../domain/environment/state.ts";
import type { Notice, NoticeState } from "../../ports/notifier.ts";

/**
 * What is to be told of an environment as it is now: each side's newest deployment, the flip requests
 * that are remembered, and the flips that nobody had to ask for. A flip under a request is told as what has
 * become of the request.
 */
export function noticesOf(state: ConfiguredState): readonly Notice[] {
  const flips = [state.lastFlip, state.flip].filter((flip) => flip !== undefined);
  const notices = [
    ...Object.values(state.sides).flatMap(({ deployment }) =>
      deployment ? [ofDeployment(state, deployment)] : [],
    ),
    ...state.requests.map((request) => ofRequest(state, request)),
    ...flips.map((flip) => ofFlip(state, flip)),
  ];
  // The last about the same counts: a flip says more than the request that it carries out.
  return [...new Map(notices.map((notice) => [notice.id, notice])).values()];
}

function ofDeployment(state: ConfiguredState, deployment: Deployment): Notice {
  const { kind, record, preview } = state.configured.configuration;
  const { id, release, side, reason } = deployment;
  const single = kind === "single";
  const where = single ? `deployment ${id}` : `deployment ${id} to ${showSide(state, side)}`;
  const seen = single ? record : preview;
  return {
    ...about(state, id, release.commit),
    place: single ? shortName(state) : `${shortName(state)}/standby`,
    state: ofWhatBecame(state, deployment),
    description: deployment.state === "failed" ? `${where} failed: ${reason}` : where,
    ...(seen === undefined ? {} : { url: `https://${seen}` }),
  };
}

/** What is live is no longer on the standby. */
function ofWhatBecame(state: ConfiguredState, { side, state: became }: Deployment): NoticeState {
  if (became === "in-flight") return "running";
  if (became === "failed") return "failed";
  const { kind } = state.configured.configuration;
  return kind === "blue-green" && side === state.live ? "over" : "succeeded";
}

function ofRequest(state: ConfiguredState, request: FlipRequest): Notice {
  const { id, candidate, status, approvals, approvalsRequired, closedBecause } = request;
  const waits = status === "open" || status === "approved";
  const because = closedBecause ? `: ${closedBecause}` : "";
  return {
    ...about(state, id, candidate.release.commit),
    ...ofRecord(state),
    state: waits ? "waiting" : "over",
    description: waits
      ? `flip request ${id} has ${approvals.length} of ${approvalsRequired} approvals`
      : `flip request ${id} is ${status}${because}`,
  };
}

function ofFlip(state: ConfiguredState, flip: Flip): Notice {
  const { id, kind, to, release, step, steps, requestId, inSyncAt } = flip;
  const last = step === steps.length - 1;
  const done = last && inSyncAt !== undefined;
  const { blocked } = state.traffic;
  const stuck = state.flip === flip && blocked ? `, blocked: ${blocked.reason}` : "";
  const weight = last ? "" : ` at ${steps[step]?.weight ?? 0}%`;
  return {
    ...about(state, requestId ?? id, release.commit),
    ...ofRecord(state),
    state: done ? "succeeded" : "running",
    description: `${kind} ${id} to ${showSide(state, to)}${weight}${stuck}`,
  };
}

function about({ name }: ConfiguredState, id: string, commit: string) {
  return { app: name.slice(0, name.indexOf("/")), id: `${name}/${id}`, commit };
}

function ofRecord(state: ConfiguredState) {
  return { place: shortName(state), url: `https://${state.configured.configuration.record}` };
}

function shortName({ name }: ConfiguredState): string {
  return name.slice(name.indexOf("/") + 1);
}
