import type { EventShapes } from "../event-shapes.ts";
import type { ShapeOf } from "../shapes.ts";
import { ENVIRONMENT_CONFIGURATION, FLIP_STEP, RECORD_SET, RELEASE_REF } from "../stored-shapes.ts";
import type { EnvironmentEvent } from "./events.ts";
import type { Candidate, DriftItem } from "./state.ts";

const CANDIDATE: ShapeOf<Candidate> = {
  fields: {
    environment: "text",
    side: "text",
    release: RELEASE_REF,
    configurationHash: "text",
    revision: "number",
  },
};

const DRIFT_ITEM: ShapeOf<DriftItem> = {
  fields: { kind: "text", "side?": "text", expected: "text", found: "text", mend: "text" },
};

export const ENVIRONMENT_EVENTS: EventShapes<EnvironmentEvent> = {
  EnvironmentConfigured: {
    configured: {
      fields: {
        configuration: ENVIRONMENT_CONFIGURATION,
        hash: "text",
        "appRevision?": "number",
      },
    },
    "live?": "text",
  },
  DeploymentStarted: {
    deployment: {
      fields: {
        id: "text",
        side: "text",
        release: RELEASE_REF,
        configurationHash: "text",
        "run?": "number",
        "replaces?": "number",
        "reason?": "text",
        "finishedAt?": "number",
      },
    },
  },
  DeploymentSucceeded: { side: "text", deploymentId: "text" },
  DeploymentFailed: { side: "text", deploymentId: "text", reason: "text" },
  FlipRequested: {
    request: {
      fields: {
        id: "text",
        candidate: CANDIDATE,
        requestedBy: "text",
        expiresAt: "number",
        approvalsRequired: "number",
        "closedBecause?": "text",
        "flipId?": "text",
        "run?": "number",
      },
    },
  },
  RequestApproved: { requestId: "text", approval: { fields: { by: "text", "reason?": "text" } } },
  RequestClosed: { requestId: "text", status: "text", because: "text", "flipId?": "text" },
  FlipStarted: {
    flipId: "text",
    kind: "text",
    from: "text",
    to: "text",
    release: RELEASE_REF,
    steps: { each: FLIP_STEP },
    "requestId?": "text",
  },
  FlipStepStarted: { flipId: "text", step: "number" },
  TrafficDecided: {
    weights: { fields: { "blue?": "number", "green?": "number", "main?": "number" } },
    records: { each: RECORD_SET },
    "replaces?": { each: RECORD_SET },
  },
  TrafficSubmitted: { revision: "number", changeId: "text" },
  TrafficInSync: { revision: "number" },
  TrafficBlocked: { revision: "number", code: "text", reason: "text" },
  TrafficResumed: { revision: "number" },
  CachesExpired: { flipId: "text" },
  OldSideQuiet: { flipId: "text", how: "text", requestsSinceExpiry: "number" },
  FlipCompleted: { flipId: "text" },
  EnvironmentFrozen: { by: "text", reason: "text" },
  EnvironmentUnfrozen: {},
  DriftChecked: { drift: { each: DRIFT_ITEM } },
};
