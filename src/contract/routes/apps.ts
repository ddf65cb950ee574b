import { z } from "zod";
import { json, type Route } from "../route.ts";
import { appView, configureAnswer, mergeAnswer } from "../schemas/apps.ts";
import { changeShape, reason } from "../schemas/commands.ts";
import { maybe } from "../schemas/fields.ts";
import { startedRun } from "../schemas/runs.ts";
import { appPath, flag } from "./parameters.ts";

export const appRoutes = {
  listApps: {
    method: "get",
    path: "/api/v1/apps",
    role: "viewer",
    tag: "apps",
    summary: "List the apps",
    answer: json(z.array(appView)),
    change: false,
    errors: [],
  },
  configureApp: {
    method: "put",
    path: "/api/v1/apps/{app}/configuration",
    role: "admin",
    tag: "apps",
    summary: "Register or change an app",
    description:
      "Takes the text of verdigris.yaml. The problems of a text that can't be used are in `details.problems`, each with line and column.",
    params: appPath,
    query: z.strictObject({
      dryRun: flag,
      expectRevision: maybe(z.coerce.number().int().min(0)),
      reason: maybe(reason),
    }),
    body: { type: "yaml" },
    answer: json(configureAnswer),
    change: true,
    errors: [
      "command_id_reused",
      "deployment_in_flight",
      "flip_in_flight",
      "invalid_configuration",
      "read_only",
      "stale_revision",
    ],
  },
  mergeBranch: {
    method: "post",
    path: "/api/v1/apps/{app}/merge",
    role: "deployer",
    tag: "apps",
    summary: "Merge a branch that passed CI into the release branch",
    params: appPath,
    body: json(
      z
        .strictObject({ ...changeShape, branch: z.string().min(1).max(255) })
        .meta({ id: "MergeBody" }),
    ),
    answer: json(mergeAnswer),
    change: true,
    errors: ["command_id_reused", "not_permitted", "unknown_app"],
  },
  noticeCommits: {
    method: "post",
    path: "/api/v1/apps/{app}/notice",
    role: "deployer",
    tag: "apps",
    summary: "Look for new commits now and answer the runs that they started",
    params: appPath,
    answer: json(z.array(startedRun)),
    change: false,
    errors: ["unknown_app"],
  },
} as const satisfies Record<string, Route>;
