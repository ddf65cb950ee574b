import type { AppConfiguration } from "./app/configuration.ts";
import type {
  EcsSide,
  EnvironmentConfiguration,
  FlipStep,
  ProcessSide,
  SideConfiguration,
} from "./configuration.ts";
import type { ReleaseRef } from "./environment/state.ts";
import type { RecordSet } from "./records.ts";
import type { Release } from "./release.ts";
import type { FieldsOf, ShapeOf } from "./shapes.ts";

// What the events of several logs hold.

const RELEASE_FIELDS: FieldsOf<ReleaseRef> = {
  id: "text",
  commit: "text",
  artifact: { fields: { digest: "text", location: "text" } },
  author: { fields: { name: "text", email: "text" } },
  subject: "text",
};

export const RELEASE_REF: ShapeOf<ReleaseRef> = { fields: RELEASE_FIELDS };

export const RELEASE: ShapeOf<Release> = {
  fields: { ...RELEASE_FIELDS, app: "text", builtBy: "text", "run?": "number" },
};

export const RECORD_SET: ShapeOf<RecordSet> = {
  fields: {
    name: "text",
    type: "text",
    "set?": { fields: { id: "text", weight: "number" } },
    ttlSeconds: "number",
    values: { each: "text" },
    "alias?": { fields: { name: "text", zone: "text", evaluateTargetHealth: "flag" } },
    "policy?": "text",
    "healthCheck?": "text",
  },
};

export const FLIP_STEP: ShapeOf<FlipStep> = { fields: { weight: "number", bakeSeconds: "number" } };

const PROCESS_SIDE: ShapeOf<ProcessSide> = {
  fields: { runtime: "text", address: "text", port: "number" },
};

const ECS_SIDE: ShapeOf<EcsSide> = {
  fields: {
    runtime: "text",
    region: "text",
    cluster: "text",
    service: "text",
    loadBalancer: { fields: { arn: "text", dnsName: "text", zone: "text", dualStack: "flag" } },
    "container?": "text",
    "taskDefinition?": "text",
    "role?": "text",
  },
};

const SIDE: ShapeOf<SideConfiguration> = { either: [PROCESS_SIDE, ECS_SIDE] };

export const ENVIRONMENT_CONFIGURATION: ShapeOf<EnvironmentConfiguration> = {
  fields: {
    kind: "text",
    record: "text",
    "preview?": "text",
    ttlSeconds: "number",
    sides: { fields: { "blue?": SIDE, "green?": SIDE, "main?": SIDE } },
    process: {
      fields: {
        start: "text",
        healthPath: "text",
        tasks: "number",
        environment: { values: "text" },
        graceSeconds: "number",
      },
    },
    "standbyTasks?": "number",
    "initialLive?": "text",
    flip: {
      fields: {
        approvals: {
          fields: { required: "number", expiresSeconds: "number", authorMayApprove: "flag" },
        },
        steps: { each: FLIP_STEP },
        drainSeconds: "number",
      },
    },
    deployTimeoutSeconds: "number",
  },
};

export const APP_CONFIGURATION: ShapeOf<AppConfiguration> = {
  fields: {
    app: "text",
    branch: "text",
    "repository?": "text",
    build: {
      fields: {
        "command?": "text",
        "validate?": "text",
        artifact: "text",
        timeoutSeconds: "number",
      },
    },
    environments: { values: ENVIRONMENT_CONFIGURATION },
  },
};
