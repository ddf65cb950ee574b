import { z } from "zod";
import { json, type Route } from "../route.ts";
import { planView } from "../schemas/commands.ts";
import {
  driftAnswer,
  environmentView,
  historyEntry,
  sideLogView,
} from "../schemas/environments.ts";
import { maybe, sideName } from "../schemas/fields.ts";
import { requestView } from "../schemas/flips.ts";
import { appPath, environmentPath, limit, requestPath } from "./parameters.ts";
import { FLIP_REFUSALS } from "./refusals.ts";

export const environmentRoutes = {
  listEnvironments: {
    method: "get",
    path: "/api/v1/apps/{app}/environments",
    role: "viewer",
    tag: "environments",
    summary: "List an app's environments",
    params: appPath,
    answer: json(z.array(environmentView)),
    change: false,
    errors: ["unknown_app"],
  },
  getEnvironment: {
    method: "get",
    path: "/api/v1/apps/{app}/environments/{env}",
    role: "viewer",
    tag: "environments",
    summary: "Show an environment",
    params: environmentPath,
    answer: json(environmentView),
    change: false,
    errors: ["unknown_environment"],
  },
  getHistory: {
    method: "get",
    path: "/api/v1/apps/{app}/environments/{env}/history",
    role: "viewer",
    tag: "environments",
    summary: "List decisions, the newest first",
    params: environmentPath,
    query: z.strictObject({
      before: maybe(z.coerce.number().int().min(1)).meta({
        description: "Only decisions with a lower revision: read on with the last one answered.",
      }),
      limit: limit(500, 50),
    }),
    answer: json(z.array(historyEntry)),
    change: false,
    errors: ["unknown_environment"],
  },
  getPlan: {
    method: "get",
    path: "/api/v1/apps/{app}/environments/{env}/plan",
    role: "viewer",
    tag: "environments",
    summary: "Show what a flip, revert or abort would do now",
    description: "A command that would be refused is answered with that refusal.",
    params: environmentPath,
    query: z.strictObject({
      command: z.enum(["flip", "revert", "abort"]).default("flip"),
      to: maybe(sideName).meta({ description: "The standby unless given." }),
    }),
    answer: json(planView),
    change: false,
    errors: [...FLIP_REFUSALS, "nothing_to_revert", "no_flip_in_flight"],
  },
  getDrift: {
    method: "get",
    path: "/api/v1/apps/{app}/environments/{env}/drift",
    role: "viewer",
    tag: "environments",
    summary: "Compare the world with the state now",
    params: environmentPath,
    answer: json(driftAnswer),
    change: false,
    errors: ["read_only", "unknown_environment"],
  },
  getSideLogs: {
    method: "get",
    path: "/api/v1/apps/{app}/environments/{env}/logs",
    role: "deployer",
    tag: "environments",
    summary: "Read what the tasks of the sides wrote last",
    description:
      "What an app writes may hold what its users wrote, so it takes more than to look. A side whose lines can't be read is answered with the reason.",
    params: environmentPath,
    query: z.strictObject({
      side: maybe(sideName).meta({ description: "Every side unless given." }),
      lines: limit(5000, 100).meta({ description: "Of each side." }),
    }),
    answer: json(z.array(sideLogView)),
    change: false,
    errors: ["unknown_environment", "unknown_side"],
  },
  getFlipRequest: {
    method: "get",
    path: "/api/v1/apps/{app}/environments/{env}/flip-requests/{id}",
    role: "viewer",
    tag: "environments",
    summary: "Show a flip request",
    params: requestPath,
    answer: json(requestView),
    change: false,
    errors: ["unknown_environment", "unknown_request"],
  },
} as const satisfies Record<string, Route>;
