import { z } from "zod";
import type { Route } from "../contract/route.ts";
import { commandId } from "../contract/schemas/commands.ts";
import type { Failure } from "./failure.ts";
import { fail, isFailure } from "./failure.ts";
import { readBody } from "./read-body.ts";

/** What a request holds, after the route's schemas. */
export interface ReadRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly headers: unknown;
  readonly body: unknown;
  /** As the caller chose it. */
  readonly commandId: string | undefined;
}

export async function readRequest(
  request: Request,
  route: Route,
  raw: {
    readonly params: Readonly<Record<string, string>>;
    readonly query: Readonly<Record<string, readonly string[]>>;
  },
): Promise<ReadRequest | Failure> {
  const params = check(route.params, raw.params, "path");
  if (isFailure(params)) return params;
  const query = check(querySchema(route), once(raw.query), "query");
  if (isFailure(query)) return query;
  const headers = check(route.headers, Object.fromEntries(request.headers), "headers");
  if (isFailure(headers)) return headers;
  const sent = route.body && (await readBody(request, route.body));
  if (isFailure(sent)) return sent;
  const body = route.body?.type === "json" ? check(route.body.schema, sent, "body") : sent;
  if (isFailure(body)) return body;
  const header = route.change ? request.headers.get("idempotency-key") : null;
  const chosen = chosenId(header, body);
  return isFailure(chosen) ? chosen : { params, query, headers, body, commandId: chosen };
}

/** A parameter that a route doesn't have is refused: it may have been meant as a `dryRun`. */
function querySchema(route: Route): z.ZodType | undefined {
  return route.query ?? (route.role === "none" ? undefined : z.strictObject({}));
}

/** A parameter given twice stays a list, which no schema takes. */
function once(query: Readonly<Record<string, readonly string[]>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}

function check(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined;
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(({ path, message }) => ({
    path: z.core.toDotPath(path),
    message,
  }));
  const listed = problems.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  return fail(
    "bad_request",
    `The ${where} is not as it must be: ${listed.join("; ")}. Nothing was changed.`,
    { problems },
  );
}

/** The draft of the header (draft-ietf-httpapi-idempotency-key-header) has its value in quotes. */
function chosenId(header: string | null, body: unknown): string | undefined | Failure {
  const inBody = commandIdIn(body);
  if (header === null) return inBody;
  const inHeader = check(commandId, header.replace(/^"(.*)"$/, "$1"), "header Idempotency-Key");
  if (isFailure(inHeader)) return inHeader;
  if (inBody === undefined || inBody === inHeader) return String(inHeader);
  return fail(
    "bad_request",
    "The header Idempotency-Key and the body's commandId differ. Nothing was changed. Send one of them.",
    { header: inHeader, body: inBody },
  );
}

function commandIdIn(body: unknown): string | undefined {
  const holder = z.object({ commandId: commandId.optional() }).safeParse(body);
  return holder.data?.commandId;
}
