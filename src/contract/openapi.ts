import { OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import { z } from "zod";
import type { ErrorCode } from "./api.ts";
import type { Route } from "./route.ts";
import { YAML_MEDIA_TYPES } from "./route.ts";
import { ROUTE_LIST } from "./routes.ts";
import { commandId } from "./schemas/commands.ts";
import { errorAnswer } from "./schemas/errors.ts";
import { maybe } from "./schemas/fields.ts";

export type OpenApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

/** The whole API as an OpenAPI 3.1 document; `statusOf` gives the HTTP status of an error code. */
export function openApiDocument(
  version: string,
  statusOf: (code: ErrorCode) => number,
): OpenApiDocument {
  const described = new OpenAPIHono();
  const { openAPIRegistry } = described;
  openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    type: "apiKey",
    in: "header",
    name: "x-api-key",
  });
  openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
  });
  for (const [operationId, route] of ROUTE_LIST) {
    openAPIRegistry.registerPath(describe(operationId, route, statusOf));
  }
  return described.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Verdigris",
      version,
      description: "Releases an app by moving traffic between two sets of infrastructure.",
      license: { name: "Apache-2.0" },
    },
  });
}

function describe(
  operationId: string,
  route: Route,
  statusOf: (code: ErrorCode) => number,
): RouteConfig {
  return {
    operationId,
    method: route.method,
    path: route.path,
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, needed(route)].filter(Boolean).join(" "),
    security: route.role === "none" ? [] : [{ apiKey: [] }, { bearer: [] }],
    request: {
      ...(route.params ? { params: route.params } : {}),
      ...(route.query ? { query: route.query } : {}),
      headers: [route.headers, route.change ? idempotencyKey : undefined].filter(
        (headers) => headers !== undefined,
      ),
      ...(route.body ? { body: { content: contentOf(route.body) } } : {}),
    },
    responses: { 200: answerOf(route), ...errorsOf(route, statusOf) },
  };
}

function needed(route: Route): string {
  return route.role === "none" ? "Needs no key." : `Needs the role ${route.role}.`;
}

const idempotencyKey = z.object({
  "Idempotency-Key": maybe(commandId).meta({
    description: "Taken as the command id; must be the same where the body gives one too.",
  }),
});

function contentOf(body: NonNullable<Route["body"]>) {
  if (body.type === "json") return { "application/json": { schema: body.schema } };
  if (body.type === "raw")
    return { [body.mediaType]: { schema: z.record(z.string(), z.unknown()) } };
  return Object.fromEntries(YAML_MEDIA_TYPES.map((type) => [type, { schema: z.string() }]));
}

function answerOf({ answer }: Route) {
  const content =
    answer.type === "json"
      ? { "application/json": { schema: answer.schema } }
      : { [answer.mediaType]: { schema: answer.item ?? z.string() } };
  return { description: "Done", content };
}

/** The codes that a route can answer, by status. */
function errorsOf(route: Route, statusOf: (code: ErrorCode) => number) {
  const codes = codesOf(route);
  const statuses = [...new Set(codes.map(statusOf))].sort();
  const entries = statuses.map((status) => [
    status,
    {
      description: codes.filter((code) => statusOf(code) === status).join(", "),
      content: { "application/json": { schema: errorAnswer } },
    },
  ]);
  return Object.fromEntries(entries);
}

function codesOf(route: Route): ErrorCode[] {
  const codes = new Set<ErrorCode>([
    ...route.errors,
    ...(route.role === "none"
      ? []
      : (["bad_request", "too_many_requests", "unauthorized"] as const)),
    ...(route.body ? (["payload_too_large", "unsupported_media_type"] as const) : []),
    "forbidden",
    "internal",
    "unavailable",
  ]);
  return [...codes].sort();
}
