import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { by } from "../../test/support/engine.ts";
import { openApiDocument } from "../contract/openapi.ts";
import type { Route } from "../contract/route.ts";
import { type OperationId, ROUTE_LIST } from "../contract/routes.ts";
import { mayActAs, ROLES } from "../domain/keys.ts";
import { isRefusal } from "../domain/refusal.ts";
import { createApi } from "./create-api.ts";
import { type Answer, type Sent, type Served, served } from "./served.fixture.ts";
import type { Service } from "./service.ts";
import { statusOf } from "./status.ts";

/**
 * The least role for each route, written a second time: a route that isn't here doesn't compile,
 * and none changes whom it lets in without a change of this line.
 */
const DOORS = {
  listApps: "viewer",
  configureApp: "admin",
  mergeBranch: "deployer",
  noticeCommits: "deployer",
  listEnvironments: "viewer",
  getEnvironment: "viewer",
  getHistory: "viewer",
  getPlan: "viewer",
  getDrift: "viewer",
  getSideLogs: "deployer",
  getFlipRequest: "viewer",
  deploy: "deployer",
  requestFlip: "deployer",
  approve: "approver",
  reject: "approver",
  flip: "approver",
  revert: "approver",
  resume: "approver",
  abort: "approver",
  freeze: "approver",
  unfreeze: "approver",
  mendDrift: "approver",
  listReleases: "viewer",
  registerRelease: "deployer",
  listRuns: "viewer",
  getRun: "viewer",
  getRunLog: "viewer",
  listKeys: "admin",
  issueKey: "admin",
  revokeKey: "admin",
  receiveGitHub: "none",
  followEvents: "viewer",
  checkHealth: "none",
  checkReadiness: "none",
  readMetrics: "viewer",
  readDocument: "none",
  showStatusPage: "none",
} as const satisfies Record<OperationId, Route["role"]>;

/** Those that no key opens: what is sent must be signed. */
const SIGNED: readonly OperationId[] = ["receiveGitHub"];

/** What there is to be let in with. */
const CALLERS = [...ROLES, "no key", "a revoked key", "an unknown key", "a malformed key"] as const;
type Caller = (typeof CALLERS)[number];

const VALUES: Readonly<Record<string, string>> = { app: "rainbow", env: "production", id: "7" };

function filled(path: string): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => VALUES[name] ?? name);
}

/** `in`, or the status and code of the refusal. */
function expected(needed: Route["role"], caller: Caller): string {
  if (needed === "none") return "in";
  const role = ROLES.find((one) => one === caller);
  if (role === undefined) return "401 unauthorized";
  return mayActAs(role, needed) ? "in" : "403 forbidden";
}

function seen({ status, json }: Answer): string {
  // What is asked is valid for no route that takes a key, so that nothing is carried out.
  if (status === 200 || (status === 400 && json.error.code === "bad_request")) return "in";
  return `${status} ${json.error.code}`;
}

describe("who may do what", () => {
  let api: Served;
  let keys: Readonly<Record<Caller, Sent>>;

  beforeAll(async () => {
    api = await served({ options: { limits: { wrongKeys: 10_000 } } });
    const issued = await Promise.all(
      [...ROLES, "admin" as const].map((role) => api.operator.keys.issue("ben", role, by("admin"))),
    );
    const good = issued.map((one) => {
      if (isRefusal(one)) throw new Error(one.message);
      return one;
    });
    const revoked = good.at(-1);
    await api.operator.keys.revoke(revoked?.record.id ?? "", by("admin"));
    const ofRoles = Object.fromEntries(
      ROLES.map((role, i) => [role, { role: null, key: good[i]?.key ?? "" }]),
    );
    keys = {
      ...(ofRoles as Record<(typeof ROLES)[number], Sent>),
      "no key": { role: null },
      "a revoked key": { role: null, key: revoked?.key ?? "" },
      "an unknown key": { role: null, key: `vg_${"A".repeat(43)}` },
      "a malformed key": { role: null, key: "x".repeat(513) },
    };
  });

  afterAll(() => api.stop());

  it.each(ROUTE_LIST)("%s", async (id, route) => {
    const method = route.method.toUpperCase();
    const path = `${filled(route.path)}${route.role === "none" ? "" : "?nonsense"}`;
    const answers = await Promise.all(
      CALLERS.map(async (caller) => [caller, seen(await api.ask(method, path, keys[caller]))]),
    );
    const doors = CALLERS.map((caller) => [
      caller,
      SIGNED.includes(id) ? "401 unauthorized" : expected(DOORS[id], caller),
    ]);
    expect(answers).toEqual(doors);
    if (method === "GET" && route.role !== "none") {
      expect((await api.ask("HEAD", path, { role: null })).status).toBe(401);
    }
  });

  it("is declared for all that is served, and all that is declared is served", () => {
    const declared = ROUTE_LIST.map(
      ([, { method, path }]) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`,
    );
    const { routes } = createApi({} as Service);
    // What stands in front of every route, and answers none.
    const own = routes.filter(({ method, path }) => !(method === "ALL" && path === "/*"));
    expect(own.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(declared.sort());
  });

  it("is described as it is", () => {
    const { paths = {} } = openApiDocument("1.2.3", statusOf);
    const described = Object.values(paths).flatMap((path) =>
      Object.values(path as Record<string, Described>).map(
        ({ operationId, description, security }) => {
          const [, role = "none"] = /Needs the role (\w+)\./.exec(description) ?? [];
          return [operationId, security.length === 0 ? "none" : role];
        },
      ),
    );
    expect(Object.fromEntries(described)).toEqual(DOORS);
  });

  it("is told to the caller, with the role that would do", async () => {
    const { json } = await api.ask("GET", "/api/v1/keys", keys.viewer);
    expect(json.error.details).toEqual({ role: "viewer", needed: "admin" });
  });

  it("is the same whichever header the key comes in", async () => {
    const bearer = (key = "") => ({ role: null, headers: { authorization: `Bearer ${key}` } });
    const ask = (sent: Sent) => api.ask("GET", "/api/v1/apps", sent);
    expect((await ask(bearer(keys.viewer.key))).status).toBe(200);
    const refused = await ask(bearer(keys["a revoked key"].key));
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toContain("Bearer");
    const basic = { authorization: `Basic ${btoa(`ben:${keys.viewer.key}`)}` };
    expect((await ask({ role: null, headers: basic })).status).toBe(401);
  });

  it("never depends on the URL, which others may see", async () => {
    const query = `key=${keys.admin.key}&x-api-key=${keys.admin.key}&access_token=${keys.admin.key}`;
    expect((await api.ask("GET", `/api/v1/apps?${query}`, { role: null })).status).toBe(401);
  });

  it("never depends on what a caller says of its door", async () => {
    for (const via of ["cli", "console", "git", "operator", "run"]) {
      const asked = { ...keys.viewer, headers: { "x-verdigris-via": via } };
      const path = "/api/v1/apps/rainbow/environments/production/freeze";
      expect((await api.ask("POST", path, asked)).status).toBe(403);
    }
  });
});

interface Described {
  readonly operationId: string;
  readonly description: string;
  readonly security: readonly unknown[];
}
