import { z } from "zod";
import { openApiDocument } from "../contract/openapi.ts";
import { statusOf } from "./status.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const document = JSON.parse(JSON.stringify(openApiDocument("1.2.3", statusOf)));

/** Throws unless the document describes exactly this answer: no field too few, none too many. */
export function mustConform(
  method: string,
  path: string,
  status: number,
  mediaType: string,
  body: unknown,
): void {
  const described = document.paths[path]?.[method]?.responses[status];
  const content = described?.content[mediaType];
  if (!content) throw new Error(`${method} ${path} may not answer ${status} ${mediaType}`);
  if (mediaType !== "application/json") return;
  schemaFor(content.schema).parse(body);
  if (status >= 400) mustDescribe(described.description, body);
}

function schemaFor(schema: Json): z.ZodType {
  const closed = close({ ...asObject(schema), $defs: document.components.schemas });
  return z.fromJSONSchema(closed as Parameters<typeof z.fromJSONSchema>[0]);
}

function mustDescribe(description: string, body: unknown): void {
  const { error } = z.object({ error: z.object({ code: z.string() }) }).parse(body);
  if (!description.split(", ").includes(error.code)) {
    throw new Error(`the code ${error.code} is not among those described: ${description}`);
  }
}

/** Answers may grow, so the document leaves objects open; here a field more is a mistake. */
function close(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(close);
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) =>
    key === "$ref" && typeof value === "string"
      ? [key, value.replace("#/components/schemas/", "#/$defs/")]
      : [key, close(value)],
  );
  const isOpen = "properties" in schema && !("additionalProperties" in schema);
  return Object.fromEntries([...entries, ...(isOpen ? [["additionalProperties", false]] : [])]);
}

function asObject(schema: Json) {
  return typeof schema === "object" && schema !== null && !Array.isArray(schema) ? schema : {};
}
