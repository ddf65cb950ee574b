import type { Batch } from "../batch.ts";
import { remember } from "../batch.ts";
import type { SideName } from "../configuration.ts";
import { sideNames } from "../configuration.ts";
import type { EnvironmentEvent, FlipRequested } from "./events.ts";
import type { EnvironmentState, Flip, FlipRequest, SideState } from "./state.ts";
import { REMEMBERED_REQUESTS } from "./state.ts";

/** `env#rainbow/production` → the state before anything was decided. */
export function initialEnvironment(stream: string): EnvironmentState {
  return {
    name: stream.slice(stream.indexOf("#") + 1),
    revision: 0,
    live: "main",
    sides: {},
    basis: 0,
    requests: [],
    traffic: { weights: {}, decisions: [], phase: "none" },
    drift: [],
    commands: [],
  };
}

export function evolveEnvironment(
  state: EnvironmentState,
  batch: Batch<EnvironmentEvent>,
): EnvironmentState {
  const applied = batch.events.reduce((before, event) => apply(before, event, batch), state);
  return { ...applied, revision: batch.revision, commands: remember(state.commands, batch) };
}

function apply(
  state: EnvironmentState,
  event: EnvironmentEvent,
  batch: Batch<EnvironmentEvent>,
): EnvironmentState {
  switch (event.type) {
    case "EnvironmentConfigured": {
      const names = sideNames(event.configured.configuration);
      return {
        ...state,
        configured: event.configured,
        live: event.live ?? state.live,
        sides: Object.fromEntries(
          names.map((side) => [side, state.sides[side] ?? { hasBeenLive: false }]),
        ),
        basis: batch.revision,
      };
    }
    case "DeploymentStarted": {
      const { deployment } = event;
      return changeSide(state, deployment.side, {
        deployment: {
          ...deployment,
          state: "in-flight",
          startedAt: batch.at,
          revision: batch.revision,
        },
      });
    }
    case "DeploymentSucceeded": {
      const side = state.sides[event.side];
      if (!side?.deployment) return state;
      const { release, configurationHash } = side.deployment;
      const same =
        side.release?.artifact.digest === release.artifact.digest &&
        side.configurationHash === configurationHash;
      return {
        ...changeSide(state, event.side, {
          release,
          configurationHash,
          hasBeenLive: event.side === state.live || (same && side.hasBeenLive),
          deployment: { ...side.deployment, state: "succeeded", finishedAt: batch.at },
        }),
        basis: batch.revision,
      };
    }
    case "DeploymentFailed": {
      const deployment = state.sides[event.side]?.deployment;
      if (!deployment) return state;
      return changeSide(state, event.side, {
        deployment: { ...deployment, state: "failed", reason: event.reason, finishedAt: batch.at },
      });
    }
    case "FlipRequested":
      return {
        ...state,
        requests: [...state.requests, opened(event.request, batch.at)].slice(-REMEMBERED_REQUESTS),
      };
    case "RequestApproved":
      return changeRequest(state, event.requestId, (request) => {
        const approvals = [...request.approvals, { ...event.approval, at: batch.at }];
        const status = approvals.length >= request.approvalsRequired ? "approved" : "open";
        return { ...request, approvals, status };
      });
    case "RequestClosed":
      return changeRequest(state, event.requestId, (request) => ({
        ...request,
        status: event.status,
        closedBecause: event.because,
        ...(event.flipId ? { flipId: event.flipId } : {}),
      }));
    case "FlipStarted":
      return startFlip(
        state,
        {
          id: event.flipId,
          kind: event.kind,
          from: event.from,
          to: event.to,
          release: event.release,
          steps: event.steps,
          step: 0,
          ...(event.requestId ? { requestId: event.requestId } : {}),
          decidedAt: batch.at,
          revision: batch.revision,
        },
        batch.revision,
      );
    case "FlipStepStarted":
      return state.flip
        ? startFlip(state, nextStep(state.flip, event.step), batch.revision)
        : state;
    case "TrafficDecided":
      return {
        ...state,
        traffic: {
          weights: event.weights,
          decisions: [
            ...state.traffic.decisions,
            {
              revision: batch.revision,
              records: event.records,
              ...(event.replaces ? { replaces: event.replaces } : {}),
            },
          ],
          phase: "decided",
        },
      };
    case "TrafficSubmitted":
      return {
        ...(state.flip
          ? changeSide(reached(state, { submittedAt: batch.at }), state.flip.to, {
              hasBeenLive: true,
            })
          : state),
        traffic: {
          weights: state.traffic.weights,
          decisions: state.traffic.decisions.filter((d) => d.revision >= event.revision),
          phase: "submitted",
          changeId: event.changeId,
          submittedAt: batch.at,
        },
      };
    case "TrafficInSync":
      return {
        ...reached(state, { inSyncAt: batch.at }),
        traffic: { ...state.traffic, phase: "in-sync", inSyncAt: batch.at },
      };
    case "TrafficBlocked":
      return {
        ...state,
        traffic: {
          ...state.traffic,
          phase: "blocked",
          blocked: { code: event.code, reason: event.reason },
        },
      };
    case "TrafficResumed": {
      const { blocked: _, ...traffic } = state.traffic;
      return { ...state, traffic: { ...traffic, phase: "decided" } };
    }
    case "CachesExpired":
      return reached(state, { cachesExpiredAt: batch.at });
    case "OldSideQuiet": {
      const { how, requestsSinceExpiry } = event;
      return reached(state, { quiet: { at: batch.at, how, requestsSinceExpiry } });
    }
    case "FlipCompleted": {
      const { flip, ...rest } = state;
      return flip ? { ...rest, lastFlip: { ...flip, completedAt: batch.at } } : state;
    }
    case "EnvironmentFrozen":
      return { ...state, freeze: { by: event.by, reason: event.reason, at: batch.at } };
    case "EnvironmentUnfrozen": {
      const { freeze: _, ...rest } = state;
      return rest;
    }
    case "DriftChecked":
      return { ...state, drift: event.drift };
  }
}

/** A flip's target is live from the decision of its last step on. */
function startFlip(state: EnvironmentState, flip: Flip, revision: number): EnvironmentState {
  const whole = flip.steps[flip.step]?.weight === 100;
  return { ...state, flip, live: whole ? flip.to : state.live, basis: revision };
}

/** Each step has phases of its own. */
function nextStep(flip: Flip, step: number): Flip {
  const { submittedAt: _, inSyncAt: __, ...rest } = flip;
  return { ...rest, step };
}

/** The flip in flight has come so far. */
function reached(state: EnvironmentState, phase: Partial<Flip>): EnvironmentState {
  return state.flip ? { ...state, flip: { ...state.flip, ...phase } } : state;
}

function changeSide(
  state: EnvironmentState,
  name: SideName,
  change: Partial<SideState>,
): EnvironmentState {
  const side = state.sides[name] ?? { hasBeenLive: false };
  return { ...state, sides: { ...state.sides, [name]: { ...side, ...change } } };
}

function opened(asked: FlipRequested["request"], at: number): FlipRequest {
  const status = asked.approvalsRequired === 0 ? "approved" : "open";
  return { ...asked, requestedAt: at, approvals: [], status };
}

function changeRequest(
  state: EnvironmentState,
  id: string,
  change: (request: FlipRequest) => FlipRequest,
): EnvironmentState {
  const requests = state.requests.map((request) => (request.id === id ? change(request) : request));
  return { ...state, requests };
}
