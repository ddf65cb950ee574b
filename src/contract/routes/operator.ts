import { z } from "zod";
import { json, type Route } from "../route.ts";
import { feedEvent } from "../schemas/apps.ts";
import { maybe } from "../schemas/fields.ts";
import { name } from "./parameters.ts";

const up = json(z.object({ ok: z.literal(true) }).meta({ id: "Up" }));

export const operatorRoutes = {
  followEvents: {
    method: "get",
    path: "/api/v1/events",
    role: "viewer",
    tag: "operator",
    summary: "Follow decisions as they are made",
    description:
      "Server-sent events named `decision`; `data` is a FeedEvent and `id` is `stream@revision`. The comment `: listening` says that every later decision will come. What was decided while nobody listened is not sent: read it from the history.",
    query: z.strictObject({
      app: maybe(name).meta({ description: "Only decisions about this app." }),
    }),
    answer: { type: "text", mediaType: "text/event-stream", item: feedEvent },
    change: false,
    errors: ["too_many_requests"],
  },
  checkHealth: {
    method: "get",
    path: "/healthz",
    role: "none",
    tag: "operator",
    summary: "Tell whether the process is up",
    answer: up,
    change: false,
    errors: [],
  },
  checkReadiness: {
    method: "get",
    path: "/readyz",
    role: "none",
    tag: "operator",
    summary: "Tell whether the table answers",
    answer: up,
    change: false,
    errors: [],
  },
  readMetrics: {
    method: "get",
    path: "/metrics",
    role: "viewer",
    tag: "operator",
    summary: "Read figures for Prometheus",
    answer: { type: "text", mediaType: "text/plain" },
    change: false,
    errors: [],
  },
  readDocument: {
    method: "get",
    path: "/api/openapi.json",
    role: "none",
    tag: "operator",
    summary: "Read this document",
    answer: json(z.record(z.string(), z.unknown())),
    change: false,
    errors: [],
  },
  showStatusPage: {
    method: "get",
    path: "/",
    role: "none",
    tag: "operator",
    summary: "Show the status page, which asks for a key",
    answer: { type: "text", mediaType: "text/html" },
    change: false,
    errors: [],
  },
} as const satisfies Record<string, Route>;
