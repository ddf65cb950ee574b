import type { EventShapes } from "../event-shapes.ts";
import type { EnvironmentEvent } from "./events.ts";

export const ENVIRONMENT_EVENTS: EventShapes<EnvironmentEvent> = {
  EnvironmentConfigured: { configured: "record" },
  DeploymentStarted: { deployment: "record" },
  DeploymentSucceeded: { side: "text", deploymentId: "text" },
  DeploymentFailed: { side: "text", deploymentId: "text", reason: "text" },
  FlipRequested: { request: "record" },
  RequestApproved: { requestId: "text", approval: "record" },
  RequestClosed: { requestId: "text", status: "text", because: "text" },
  FlipStarted: {
    flipId: "text",
    kind: "text",
    from: "text",
    to: "text",
    release: "record",
    steps: "list",
  },
  FlipStepStarted: { flipId: "text", step: "number" },
  TrafficDecided: { weights: "record", records: "list" },
  TrafficSubmitted: { revision: "number", changeId: "text" },
  TrafficInSync: { revision: "number" },
  TrafficBlocked: { revision: "number", code: "text", reason: "text" },
  TrafficResumed: { revision: "number" },
  CachesExpired: { flipId: "text" },
  OldSideQuiet: { flipId: "text", how: "text", requestsSinceExpiry: "number" },
  FlipCompleted: { flipId: "text" },
  EnvironmentFrozen: { by: "text", reason: "text" },
  EnvironmentUnfrozen: {},
  DriftChecked: { drift: "list" },
};
