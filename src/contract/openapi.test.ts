import { describe, expect, it } from "vitest";
import { openApiDocument } from "./openapi.ts";
import { ROUTE_LIST } from "./routes.ts";
import { ERROR_CODES } from "./schemas/errors.ts";

const document = JSON.parse(
  JSON.stringify(openApiDocument("1.2.3", (code) => 400 + ERROR_CODES.indexOf(code))),
);

function operationOf(method: string, path: string) {
  return document.paths[path][method];
}

describe("the OpenAPI document", () => {
  it("has every route under an id of its own, and nothing else", () => {
    const described = Object.values<Record<string, { operationId: string }>>(document.paths)
      .flatMap((methods) => Object.values(methods))
      .map(({ operationId }) => operationId);
    expect(described.sort()).toEqual(ROUTE_LIST.map(([id]) => id).sort());
  });

  it("describes each parameter of a path", () => {
    for (const [, { method, path }] of ROUTE_LIST) {
      const parameters: readonly { in: string; name: string }[] =
        operationOf(method, path).parameters ?? [];
      const named = parameters.filter((one) => one.in === "path").map(({ name }) => name);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect([path, named]).toEqual([path, inPath]);
    }
  });

  it("asks for a key wherever a role is needed, and says which", () => {
    for (const [, { method, path, role }] of ROUTE_LIST) {
      const { security, description } = operationOf(method, path);
      expect([path, security.length]).toEqual([path, role === "none" ? 0 : 2]);
      expect(description).toContain(role === "none" ? "no key" : `role ${role}`);
    }
  });

  it("describes the answer, the body and every error of each route", () => {
    for (const [, route] of ROUTE_LIST) {
      const { responses, requestBody } = operationOf(route.method, route.path);
      expect(Object.keys(responses[200].content)).toHaveLength(1);
      expect(requestBody !== undefined).toBe(route.body !== undefined);
      for (const code of [...route.errors, "internal"] as const) {
        const response = responses[400 + ERROR_CODES.indexOf(code)];
        expect(response.description).toBe(code);
        expect(response.content["application/json"].schema.$ref).toBe("#/components/schemas/Error");
      }
    }
  });

  it("names the header that makes a repeat harmless, for changes only", () => {
    for (const [, { method, path, change }] of ROUTE_LIST) {
      const parameters: readonly { name: string; required: boolean }[] =
        operationOf(method, path).parameters ?? [];
      const header = parameters.find(({ name }) => name === "Idempotency-Key");
      expect([path, header?.required]).toEqual([path, change ? false : undefined]);
    }
  });

  it("holds every schema that it refers to", () => {
    const text = JSON.stringify(document);
    const referred = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(referred.length).toBeGreaterThan(50);
    for (const name of referred) expect(document.components.schemas).toHaveProperty(name ?? "");
  });

  it("leaves out of `required` what may be left out", () => {
    const { Environment, CommandBody, DeployBody } = document.components.schemas;
    expect(Environment.required).toContain("live");
    expect(Environment.required).not.toContain("flip");
    expect(CommandBody.required ?? []).toEqual([]);
    expect(DeployBody.required).toEqual(["release"]);
    expect(CommandBody.additionalProperties).toBe(false);
  });
});
