import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { by } from "../../test/support/engine.ts";
import type { KeysFace } from "../app/operator.ts";
import { isRefusal } from "../domain/refusal.ts";
import { keyOf, type Served, served } from "./served.fixture.ts";

const APPS = "/api/v1/apps";
const PRODUCTION = `${APPS}/rainbow/environments/production`;

/** A clock that stands still, so that nothing depends on how fast requests are answered. */
const stopped = () => 0;

let api: Served;

afterEach(() => api.stop());

/** Keys whose check the test provides. */
function withoutChecks(keys: KeysFace): Omit<KeysFace, "authenticate"> {
  return {
    list: () => keys.list(),
    issue: (name, role, meta) => keys.issue(name, role, meta),
    revoke: (id, meta) => keys.revoke(id, meta),
    isGood: (id) => keys.isGood(id),
  };
}

/** What the log says of refusals, oldest first. */
function lines(): readonly Record<string, unknown>[] {
  return api.logged
    .filter((line) => line.startsWith("warn refused "))
    .map((line) => JSON.parse(line.slice("warn refused ".length)));
}

function guess(key: string) {
  return api.ask("GET", APPS, { role: null, key });
}

async function refusals(): Promise<readonly string[]> {
  const { text } = await api.ask("GET", "/metrics");
  return text.split("\n").filter((line) => line.startsWith("verdigris_refusals_total"));
}

describe("wrong keys", () => {
  beforeEach(async () => {
    api = await served({ options: { limits: { wrongKeys: 5, now: stopped } } });
  });

  it("beyond so many from one address are told when to come back", async () => {
    for (let i = 0; i < 5; i++) expect((await guess(`vg_${i}`)).status).toBe(401);
    const { status, headers, json } = await guess("vg_5");
    expect([status, json.error.code]).toEqual([429, "too_many_requests"]);
    expect(headers.get("retry-after")).toBe("3");
    expect(json.error.details).toEqual({ retryAfterSeconds: 3 });
  });

  it("beyond so many are not looked for in the table", async () => {
    await api.stop();
    const looked: unknown[] = [];
    api = await served({
      parts: ({ keys }) => ({
        keys: {
          ...withoutChecks(keys),
          async authenticate(_, options) {
            looked.push(options?.lookUpUnknown);
            return undefined;
          },
        },
      }),
      options: { limits: { wrongKeys: 2, now: stopped } },
    });
    for (let i = 0; i < 4; i++) await guess(`vg_${i}`);
    expect(looked).toEqual([true, true, false, false]);
  });

  it("don't lock out a right key from the same address, nor those who send none", async () => {
    const issued = await api.operator.keys.issue("ben", "viewer", by("admin"));
    if (isRefusal(issued)) throw new Error(issued.message);
    for (let i = 0; i < 20; i++) await guess(`vg_${i}`);
    expect((await guess("vg_again")).status).toBe(429);
    expect((await guess(issued.key)).status).toBe(200);
    expect((await api.ask("GET", APPS, { role: null })).status).toBe(401);
    expect((await api.ask("GET", "/healthz", { role: null })).status).toBe(200);
  });
});

describe("a refusal", () => {
  beforeEach(async () => {
    api = await served({ options: { limits: { now: stopped } } });
  });

  it("of a key is logged with what was asked and from where, and never with the key", async () => {
    await guess("vg_guess-that-nobody-may-see");
    await api.ask("POST", `${PRODUCTION}/flip?secret=vg_in-the-url`, { role: null });
    expect(lines()).toEqual([
      { code: "unauthorized", status: 401, method: "GET", route: APPS, from: "127.0.0.1" },
      {
        code: "unauthorized",
        status: 401,
        method: "POST",
        route: `${APPS}/{app}/environments/{env}/flip`,
        from: "127.0.0.1",
      },
    ]);
    expect(api.logged.join()).not.toContain("vg_");
  });

  it("for want of a role is logged with whose key it was", async () => {
    await api.ask("POST", `${PRODUCTION}/flip`, { role: "viewer", body: { to: "blue" } });
    expect(lines()).toEqual([
      expect.objectContaining({
        code: "forbidden",
        by: "the viewer",
        key: "viewer",
        role: "viewer",
        from: "127.0.0.1",
      }),
    ]);
    expect(api.logged.join()).not.toContain(keyOf("viewer"));
  });

  it("of a command by the domain is logged with what was asked for", async () => {
    const body = { to: "blue", commandId: "one" };
    await api.ask("POST", `${PRODUCTION}/flip`, { body, headers: { "x-verdigris-via": "cli" } });
    await api.ask("POST", `${PRODUCTION}/flip`, { body: { ...body, dryRun: true } });
    expect(lines()).toEqual([
      {
        code: "nothing_on_standby",
        status: 409,
        method: "POST",
        route: `${APPS}/{app}/environments/{env}/flip`,
        from: "127.0.0.1",
        by: "the admin",
        key: "admin",
        role: "admin",
        via: "cli",
        commandId: "one",
        params: { app: "rainbow", env: "production" },
      },
      expect.objectContaining({ code: "nothing_on_standby", via: "api", dryRun: true }),
    ]);
  });

  it("of a reading or of what can't be read is counted and not logged", async () => {
    await api.ask("GET", `${APPS}/storm`);
    await api.ask("GET", `${APPS}/storm/runs`);
    await api.ask("POST", `${PRODUCTION}/flip`, { body: { nonsense: true } });
    expect(lines()).toEqual([]);
    expect(await refusals()).toEqual([
      'verdigris_refusals_total{code="not_found"} 1',
      'verdigris_refusals_total{code="unknown_app"} 1',
      'verdigris_refusals_total{code="bad_request"} 1',
    ]);
  });

  it("because keys can't be checked is no error of the operator's, and tells its log alone why", async () => {
    await api.stop();
    api = await served({
      parts: ({ keys }) => ({
        keys: {
          ...withoutChecks(keys),
          authenticate: () => Promise.reject(new Error("disk on fire")),
        },
      }),
      options: { limits: { now: stopped } },
    });
    for (let i = 0; i < 150; i++) {
      const { status, text } = await api.ask("GET", APPS);
      expect(status).toBe(503);
      expect(text).not.toContain("disk on fire");
    }
    expect(api.logged).toHaveLength(100);
    expect(lines()[0]).toMatchObject({ code: "unavailable", reason: "disk on fire" });
  });

  it("is counted every time, but a flood of strangers is logged so far and hides no caller", async () => {
    for (let i = 0; i < 150; i++) await api.ask("GET", APPS, { role: null });
    expect(lines()).toHaveLength(100);
    await api.ask("GET", "/api/v1/keys", { role: "viewer" });
    expect(lines().at(-1)).toMatchObject({ code: "forbidden", by: "the viewer" });
    expect(await refusals()).toEqual([
      'verdigris_refusals_total{code="unauthorized"} 150',
      'verdigris_refusals_total{code="forbidden"} 1',
    ]);
  });
});

describe("a page of another site", () => {
  const FOREIGN = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };

  beforeEach(async () => {
    api = await served();
  });

  it("may change nothing, whatever key it has", async () => {
    const before = (await api.ask("GET", PRODUCTION)).json.revision;
    for (const [method, path] of [
      ["POST", `${PRODUCTION}/freeze`],
      ["DELETE", "/api/v1/keys/7"],
      ["PUT", "/api/v1/apps/rainbow/configuration"],
    ] as const) {
      const { status, json } = await api.ask(method, path, { headers: FOREIGN });
      expect([status, json.error.code]).toEqual([403, "forbidden"]);
    }
    expect((await api.ask("GET", PRODUCTION)).json.revision).toBe(before);
    expect(lines()).toHaveLength(3);
    expect(lines()[0]).toMatchObject({ reason: "the Origin is https://evil.example" });
  });

  it("is not let to read, nor to ask whether it may send a key", async () => {
    const read = await api.ask("GET", APPS, { headers: FOREIGN });
    const preflight = await api.ask("OPTIONS", `${PRODUCTION}/freeze`, {
      role: null,
      headers: {
        ...FOREIGN,
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-api-key",
      },
    });
    expect(preflight.status).toBe(403);
    for (const { headers } of [read, preflight]) {
      const allowed = [...headers.keys()].filter((name) => name.startsWith("access-control-"));
      expect(allowed).toEqual([]);
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    }
  });

  it("is told from this server's own page", async () => {
    const headers = { origin: api.url, "sec-fetch-site": "same-origin" };
    expect((await api.ask("POST", `${PRODUCTION}/freeze`, { headers })).status).toBe(200);
  });
});

describe("a name that was allowed", () => {
  it("is taken as Host and as the page's own", async () => {
    api = await served({ options: { allowedHosts: ["verdigris.example.com"] } });
    const headers = { origin: "https://verdigris.example.com" };
    expect((await api.ask("POST", `${PRODUCTION}/freeze`, { headers })).status).toBe(200);
    const other = { origin: "http://127.0.0.1:8080" };
    expect((await api.ask("POST", `${PRODUCTION}/freeze`, { headers: other })).status).toBe(403);
  });
});
