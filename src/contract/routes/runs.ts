import { z } from "zod";
import { json, type Route } from "../route.ts";
import { maybe } from "../schemas/fields.ts";
import { logAnswer, runView } from "../schemas/runs.ts";
import { appPath, limit, runPath } from "./parameters.ts";

export const runRoutes = {
  listRuns: {
    method: "get",
    path: "/api/v1/apps/{app}/runs",
    role: "viewer",
    tag: "runs",
    summary: "List runs, the newest first",
    params: appPath,
    query: z.strictObject({
      before: maybe(z.coerce.number().int().min(1)).meta({
        description: "Only runs with a lower number.",
      }),
      limit: limit(200, 20),
    }),
    answer: json(z.array(runView)),
    change: false,
    errors: ["unknown_app"],
  },
  getRun: {
    method: "get",
    path: "/api/v1/apps/{app}/runs/{id}",
    role: "viewer",
    tag: "runs",
    summary: "Show a run and its jobs",
    params: runPath,
    answer: json(runView),
    change: false,
    errors: ["unknown_run"],
  },
  getRunLog: {
    method: "get",
    path: "/api/v1/apps/{app}/runs/{id}/logs",
    role: "viewer",
    tag: "runs",
    summary: "Read the output of a run's job",
    params: runPath,
    query: z.strictObject({
      job: z.string().min(1).max(200).meta({ description: "The job's name: `build`." }),
      from: z.coerce.number().int().min(0).default(0).meta({
        description: "Index of the first line; the `next` of the answer before.",
      }),
      limit: limit(5000, 1000),
    }),
    answer: json(logAnswer),
    change: false,
    errors: ["not_found", "unknown_run"],
  },
} as const satisfies Record<string, Route>;
