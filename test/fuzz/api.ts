import fc from "fast-check";
import { expect } from "vitest";
import { openApiDocument } from "../../src/contract/openapi.ts";
import { mustConform } from "../../src/http/conformance.fixture.ts";
import { keyOf, type Served, served } from "../../src/http/served.fixture.ts";
import { statusOf } from "../../src/http/status.ts";
import { deployed } from "../support/engine.ts";
import { ALTERATION, alter } from "./altered-json.ts";
import { fromSchema } from "./from-schema.ts";
import type { Rounds } from "./rounds.ts";

// biome-ignore lint/suspicious/noExplicitAny: the document is read as a foreign client reads it
const document: any = JSON.parse(JSON.stringify(openApiDocument("1.2.3", statusOf)));

const POOL = [
  ...["rainbow", "production", "test", "blue", "green", "main", "master", "topic"],
  ...["aaaaaaa", "a".repeat(40), `sha256:${"a".repeat(64)}`, "production-3", "1", "true", "admin"],
];

/** Answered before it is known what is asked, so no operation describes it. */
const HEADERS_TOO_LARGE = 431;

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { name: string; in: string; schema: object }[];
  readonly json: object | undefined;
  readonly yaml: boolean;
}

/** All that answers and ends: the stream of events goes on for ever. */
const OPERATIONS: readonly Operation[] = Object.entries<object>(document.paths).flatMap(
  ([path, methods]) =>
    // biome-ignore lint/suspicious/noExplicitAny: as above
    Object.entries<any>(methods)
      .filter(([, { responses }]) => !("text/event-stream" in responses[200].content))
      .map(([method, { parameters = [], requestBody }]) => ({
        ...{ method, path, parameters },
        json: requestBody?.content["application/json"]?.schema,
        yaml: "application/yaml" in (requestBody?.content ?? {}),
      })),
);

const valid = (schema: object) => fromSchema(schema as never, document.components.schemas, POOL);

const ODD_TEXTS = fc.oneof(
  fc.constantFrom(
    ...["", "{", "[", "null", "[]", "1e999", "NaN", '"text"', "{}{}", "\ufeff{}", '{"a":1,"a":2}'],
    ...['{"__proto__":{"to":"blue"}}', '{"constructor":{"prototype":{}}}', "[".repeat(30_000)],
    ...[`{"reason":${"[".repeat(20_000)}${"]".repeat(20_000)}}`, '{"reason":"\\ud800"}'],
    ...['{"expectRevision":1e308}', '{"expectRevision":9007199254740993}', '{"expectRevision":-0}'],
    ...['{"to":"blue","to":"green"}', `{"reason":"${"x".repeat(70_000)}"}`],
  ),
  fc.string({ unit: "binary", maxLength: 100 }),
);

const ODD_HEADERS: readonly Readonly<Record<string, string>>[] = [
  {},
  {},
  {},
  { "content-type": "text/plain" },
  { "content-type": "application/json; charset=utf-16" },
  { "content-type": "multipart/form-data" },
  { "content-encoding": "gzip" },
  { "idempotency-key": "x".repeat(500) },
  { "idempotency-key": '"quoted"' },
  { "idempotency-key": "" },
  { "x-verdigris-via": "operator" },
  { "x-api-key": "x".repeat(2_000) },
  { authorization: "Bearer" },
  { "x-long": "x".repeat(12_000) },
  { accept: "image/png" },
];

const REQUEST = fc.constantFrom(...OPERATIONS).chain((operation) => {
  const parameter = (schema: object) =>
    fc.oneof(
      { weight: 6, arbitrary: valid(schema).map(written) },
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
      {
        weight: 1,
        arbitrary: fc.constantFrom("..", "%", "%00", "__proto__", "1e9", "-1", "x".repeat(3_000)),
      },
    );
  const sound = operation.json ? valid(operation.json) : fc.constant(undefined);
  const json = sound.map((body) => JSON.stringify(body));
  const altered = fc
    .tuple(sound, ALTERATION)
    .map(([body, how]) => JSON.stringify(alter(body, how)));
  const bytes = fc.uint8Array({ maxLength: 60 });
  const yaml = fc.oneof(fc.constantFrom("app: rainbow", "app: other", "app: [", ""), ODD_TEXTS);
  return fc.record({
    operation: fc.constant(operation),
    path: fc.record(
      Object.fromEntries(
        operation.parameters
          .filter((one) => one.in === "path")
          .map(({ name, schema }) => [name, parameter(schema)]),
      ),
    ),
    query: fc.record(
      Object.fromEntries(
        operation.parameters
          .filter((one) => one.in === "query")
          .map(({ name, schema }) => [name, parameter(schema)]),
      ),
      { requiredKeys: [] },
    ),
    oddQuery: fc.constantFrom(
      "",
      "",
      "",
      "",
      "__proto__=1",
      "dryrun=true",
      "limit=1&limit=2",
      "%ff=%fe",
      "&&=&=",
    ),
    body: operation.yaml ? yaml : fc.oneof(json, json, altered, altered, ODD_TEXTS, bytes),
    headers: fc.constantFrom(...ODD_HEADERS),
  });
});

type Request = typeof REQUEST extends fc.Arbitrary<infer Value> ? Value : never;

/** Decisions on record that somebody asked for, in every log. */
async function decisions({ engine: { store } }: Served): Promise<number> {
  const kinds = ["app#", "env#", "keys#", "release#", "run#"];
  const lists = await Promise.all(kinds.map((prefix) => store.list({ prefix, limit: 1_000 })));
  const logs = await Promise.all(lists.flat().map((stream) => store.read(stream, 0)));
  return logs.flat().filter(({ command }) => command.actor.via !== "operator").length;
}

async function send({ url }: Served, { operation, path, query, oddQuery, body, headers }: Request) {
  const target = operation.path.replace(/\{(\w+)\}/g, (_, name) => escaped(path[name] ?? ""));
  const search = Object.entries(query).map(([name, value]) => `${name}=${escaped(value ?? "")}`);
  const asked = [...search, oddQuery].filter((part) => part !== "").join("&");
  const takesBody = operation.method !== "get" && body !== undefined;
  return fetch(`${url}${target}${asked ? `?${asked}` : ""}`, {
    method: operation.method.toUpperCase(),
    headers: {
      "x-api-key": keyOf("admin"),
      "content-type": operation.yaml ? "application/yaml" : "application/json",
      ...headers,
    },
    ...(takesBody ? { body: body as string } : {}),
    redirect: "error",
  });
}

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function escaped(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, "?")).replaceAll(".", "%2E");
}

/**
 * Whatever is asked, the answer is not 500, is one that the document describes for its status, and
 * a refusal leaves every log as it was.
 */
export async function fuzzApi({ runs, seed }: Rounds): Promise<void> {
  const server = await served();
  try {
    await deployed(server.engine, server.operator, "a");
    let before = await decisions(server);
    const statuses = new Map<number, number>();
    const property = fc.asyncProperty(REQUEST, async (request) => {
      const answer = await send(server, request);
      const text = await answer.text();
      const { status } = answer;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const { method, path } = request.operation;
      const mediaType = answer.headers.get("content-type")?.split(";")[0] ?? "";
      const shown = `${method} ${path}: ${status} ${text.slice(0, 500)}`;
      expect(status, shown).not.toBe(500);
      // A parameter of dots or slashes makes it another path.
      const isElsewhere =
        /"code":"(not_found|method_not_allowed)"/.test(text) || status === HEADERS_TOO_LARGE;
      if (!isElsewhere) {
        mustConform(
          method,
          path,
          status,
          mediaType,
          mediaType === "application/json" ? JSON.parse(text) : text,
        );
      }
      if (status >= 400)
        expect(JSON.parse(text), shown).toMatchObject({
          error: { code: expect.any(String), message: expect.any(String) },
        });
      const after = await decisions(server);
      if (status >= 400) expect(after, shown).toBe(before);
      before = after;
    });
    await fc.assert(property, { numRuns: runs, seed, endOnFailure: true });
    expect(statuses.get(200), "that something was done").toBeGreaterThan(runs / 10);
    expect(statuses.get(400), "that something was refused").toBeGreaterThan(runs / 10);
  } finally {
    await server.stop();
  }
}
