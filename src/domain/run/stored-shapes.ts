import type { ShapeOf } from "../shapes.ts";
import type { JobPlan, JobResult, RunStart } from "./state.ts";

export const JOB_RESULT: ShapeOf<JobResult> = {
  fields: {
    "releaseId?": "text",
    "deploymentId?": "text",
    "requestId?": "text",
    "flipId?": "text",
  },
};

const JOB_PLAN: ShapeOf<JobPlan> = {
  fields: { name: "text", kind: "text", "environment?": "text", needs: { each: "text" } },
};

export const RUN_START: ShapeOf<RunStart> = {
  fields: {
    kind: "text",
    branch: "text",
    commit: "text",
    author: { fields: { name: "text", email: "text" } },
    subject: "text",
    jobs: { each: JOB_PLAN },
  },
};
