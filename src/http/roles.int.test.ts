import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROUTE_LIST } from "../contract/routes.ts";
import { mayActAs, ROLES } from "../domain/keys.ts";
import { type Served, served } from "./served.fixture.ts";

const VALUES: Readonly<Record<string, string>> = { app: "rainbow", env: "production", id: "7" };

function filled(path: string): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => VALUES[name] ?? name);
}

describe("roles", () => {
  let api: Served;

  beforeAll(async () => {
    api = await served();
  });

  afterAll(() => api.stop());

  for (const [id, route] of ROUTE_LIST) {
    const method = route.method.toUpperCase();
    // Not a valid request for any route that takes one, so that nothing is carried out.
    const path = `${filled(route.path)}?nonsense`;

    if (route.role === "none") {
      it(`${id} needs no key`, async () => {
        expect((await api.ask(method, filled(route.path), { role: null })).status).toBe(200);
      });
      continue;
    }

    it(`${id} needs the role ${route.role}`, async () => {
      const without = await api.ask(method, path, { role: null });
      expect([without.status, without.json.error.code]).toEqual([401, "unauthorized"]);
      for (const role of ROLES) {
        const { status, json } = await api.ask(method, path, { role });
        const enough = mayActAs(role, route.role === "none" ? "viewer" : route.role);
        expect([role, status]).toEqual([role, enough ? 400 : 403]);
        if (!enough) expect(json.error.details).toEqual({ role, needed: route.role });
      }
    });
  }

  it("an unknown key is no key, in either header", async () => {
    const asked = { role: null, headers: { "x-api-key": "guess" } };
    expect((await api.ask("GET", "/api/v1/apps", asked)).status).toBe(401);
    const bearer = { role: null, headers: { authorization: "Bearer guess" } };
    const answer = await api.ask("GET", "/api/v1/apps", bearer);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toContain("Bearer");
  });

  it("a key may come as a bearer token", async () => {
    const asked = { role: null, headers: { authorization: "Bearer key-of-viewer" } };
    expect((await api.ask("GET", "/api/v1/apps", asked)).status).toBe(200);
  });

  it("what a caller says of its door gives no right", async () => {
    for (const via of ["cli", "console", "git", "operator", "run"]) {
      const asked = { role: "viewer", headers: { "x-verdigris-via": via } } as const;
      const path = "/api/v1/apps/rainbow/environments/production/freeze";
      expect((await api.ask("POST", path, asked)).status).toBe(403);
    }
  });
});
