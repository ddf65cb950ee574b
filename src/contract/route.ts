import type { z } from "zod";
import type { Role } from "../domain/keys.ts";
import type { ErrorCode } from "./api.ts";

/** One thing that can be asked of the API: all that client, server and document must agree on. */
export interface Route {
  readonly method: "get" | "post" | "put" | "delete";
  /** As OpenAPI writes it: `/api/v1/apps/{app}/environments`. */
  readonly path: `/${string}`;
  /** The least role that may ask; `none` asks for no key. */
  readonly role: Role | "none";
  readonly tag: Tag;
  /** One line, in the imperative. */
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodObject;
  /** Strict: an unknown parameter is refused, so that a misspelt `dryRun` can't be a real run. */
  readonly query?: z.ZodObject;
  /** Those that the handler reads, in lower case; others are left out. */
  readonly headers?: z.ZodObject;
  readonly body?: JsonBody | YamlBody | RawBody;
  readonly answer: JsonAnswer | TextAnswer;
  /** A change, for which the `Idempotency-Key` header is taken as the command id. */
  readonly change: boolean;
  /** Codes of its own, beside those that follow from role, params, query and body. */
  readonly errors: readonly ErrorCode[];
}

export type Tag = "apps" | "environments" | "keys" | "operator" | "releases" | "runs";

/** An absent body counts as `{}`. */
export interface JsonBody {
  readonly type: "json";
  readonly schema: z.ZodType;
}

export interface YamlBody {
  readonly type: "yaml";
}

/** Bytes exactly as they came, for a signature is over these; none when there is no body. */
export interface RawBody {
  readonly type: "raw";
  readonly mediaType: "application/json";
  /** Bytes; a larger body is refused. */
  readonly most: number;
}

export interface JsonAnswer {
  readonly type: "json";
  readonly schema: z.ZodType;
}

export interface TextAnswer {
  readonly type: "text";
  readonly mediaType: "text/event-stream" | "text/html" | "text/plain";
  /** What the `data` of each event holds. */
  readonly item?: z.ZodType;
}

export function json<Schema extends z.ZodType>(schema: Schema) {
  return { type: "json", schema } as const;
}

/** Media types in which `verdigris.yaml` may be sent; the first is registered (RFC 9512). */
export const YAML_MEDIA_TYPES = ["application/yaml", "text/yaml"] as const;

export type ParamsOf<R extends Route> = R extends { readonly params: infer S extends z.ZodType }
  ? z.output<S>
  : undefined;

export type QueryOf<R extends Route> = R extends { readonly query: infer S extends z.ZodType }
  ? z.output<S>
  : undefined;

export type HeadersOf<R extends Route> = R extends { readonly headers: infer S extends z.ZodType }
  ? z.output<S>
  : undefined;

/** The text itself when the body is YAML, and the bytes when it is raw. */
export type BodyOf<R extends Route> = R extends { readonly body: infer B }
  ? B extends { readonly schema: infer S extends z.ZodType }
    ? z.output<S>
    : B extends RawBody
      ? Uint8Array
      : string
  : undefined;

/** `undefined` for answers that are not JSON. */
export type AnswerOf<R extends Route> = R["answer"] extends {
  readonly schema: infer S extends z.ZodType;
}
  ? z.output<S>
  : undefined;
