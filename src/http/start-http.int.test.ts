import { afterEach, describe, expect, it } from "vitest";
import { deployed } from "../../test/support/engine.ts";
import { TableFault } from "../app/operator.ts";
import { ApiPortInUse } from "./api-port-in-use.ts";
import { type Served, served } from "./served.fixture.ts";

/** As a deadline, so that what waits for it fails. */
const LONGER_THAN_A_TEST_MS = 60_000;

/** A promise, and the function that resolves it. */
function signal(): readonly [Promise<void>, () => void] {
  const events = new EventTarget();
  const happened = new Promise<void>((resolve) => {
    events.addEventListener("now", () => resolve(), { once: true });
  });
  return [happened, () => events.dispatchEvent(new Event("now"))];
}

describe("the server", () => {
  let api: Served | undefined;

  afterEach(async () => {
    await api?.stop();
    api = undefined;
  });

  it("says which port is taken and what to do", async () => {
    api = await served();
    const { port } = api;
    const second = served({ options: { port } });
    await expect(second).rejects.toThrow(ApiPortInUse);
    await expect(second).rejects.toThrow(`port ${port}`);
    await expect(second).rejects.toThrow("--api-port");
  });

  it("lets a request finish before it stops", async () => {
    const [held, release] = signal();
    const [begun, asked] = signal();
    api = await served({
      parts: () => ({
        async ready() {
          asked();
          await held;
          return { ok: true };
        },
      }),
    });
    const answer = api.ask("GET", "/readyz");
    await begun;
    const stopped = api.stop(LONGER_THAN_A_TEST_MS);
    release();
    expect((await answer).status).toBe(200);
    await stopped;
    api = undefined;
  });

  it("cuts off a request that is still there at the deadline", async () => {
    const [begun, asked] = signal();
    api = await served({
      parts: () => ({
        ready() {
          asked();
          return new Promise(() => undefined);
        },
      }),
    });
    const answer = api.ask("GET", "/readyz");
    const cut = expect(answer).rejects.toThrow();
    await begun;
    await api.stop(20);
    await cut;
    api = undefined;
  });

  it("answers an error of the operator with an id that the log explains", async () => {
    api = await served({
      parts: () => ({
        ready: () => Promise.reject(new Error("disk on fire, key sk-123")),
      }),
    });
    const { status, json, text } = await api.ask("GET", "/readyz");
    expect([status, json.error.code]).toEqual([500, "internal"]);
    expect(text).not.toContain("disk on fire");
    expect(text).not.toContain(".ts");
    const { requestId } = json.error.details;
    expect(api.logged).toHaveLength(1);
    expect(api.logged[0]).toContain(requestId);
    expect(api.logged[0]).toContain("disk on fire");
    expect(api.logged[0]).toContain("/readyz");
  });

  it("answers when the operator doesn't", async () => {
    api = await served({
      parts: () => ({ ready: () => new Promise(() => undefined) }),
      options: { limits: { answerDeadlineMs: 20 } },
    });
    const { status, json } = await api.ask("GET", "/readyz");
    expect([status, json.error.code]).toEqual([503, "unavailable"]);
  });

  it("is not ready while the table does not answer", async () => {
    api = await served({ parts: () => ({ ready: async () => ({ ok: false, reason: "locked" }) }) });
    const { status, json } = await api.ask("GET", "/readyz", { role: null });
    expect([status, json.error.code]).toEqual([503, "unavailable"]);
    expect((await api.ask("GET", "/healthz", { role: null })).status).toBe(200);
  });

  it("says what is known of a decision that the table did not take", async () => {
    const full =
      "the state in verdigris.db can't grow. Nothing was changed; make room on the disk.";
    api = await served();
    const { store } = api.engine;
    store.append = () => Promise.reject(new TableFault(full));
    store.project = () => Promise.reject(new TableFault(full));
    const path = "/api/v1/apps/rainbow/environments/production/freeze";
    const { status, json } = await api.ask("POST", path, { role: "admin", body: {} });
    expect([status, json.error.code]).toEqual([503, "unavailable"]);
    expect(json.error.message).toContain(full);
    const ready = await api.ask("GET", "/readyz", { role: null });
    expect([ready.status, ready.json.error.code]).toEqual([503, "unavailable"]);
    expect(ready.json.error.message).toContain(full);
  });

  it("never logs a key", async () => {
    api = await served({ parts: () => ({ ready: () => Promise.reject(new Error("no")) }) });
    await api.ask("GET", "/readyz");
    await api.ask("GET", "/api/v1/apps", { headers: { authorization: "Bearer key-of-admin" } });
    expect(api.logged.join()).not.toContain("key-of");
  });

  it("keeps browsers on a short leash in every answer", async () => {
    api = await served();
    for (const path of ["/api/v1/apps", "/", "/nothing", "/healthz", "/api/v1/apps?x=1"]) {
      const { headers } = await api.ask("GET", path);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("access-control-allow-origin")).toBeNull();
    }
  });

  it("serves a status page that runs its own script and nothing else", async () => {
    api = await served();
    const { text, headers } = await api.ask("GET", "/", { role: null });
    const script = /<script>(.*)<\/script>/s.exec(text)?.[1] ?? "";
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script));
    const hash = Buffer.from(bytes).toString("base64");
    const policy = headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src 'sha256-${hash}'`);
    expect(() => new Function(script)).not.toThrow();
    expect(text).not.toMatch(/innerHTML|https?:\/\//);
  });

  it("tells its figures to Prometheus", async () => {
    api = await served();
    await deployed(api.engine, api.operator, "a");
    await api.ask("GET", "/api/v1/apps");
    await api.ask("GET", "/api/v1/apps", { role: null });
    const { text } = await api.ask("GET", "/metrics", { role: "viewer" });
    const lines = text.split("\n");
    const environment = 'environment="rainbow/production"';
    expect(lines).toEqual(
      expect.arrayContaining([
        'verdigris_build_info{version="1.2.3"} 1',
        `verdigris_side_live{${environment},side="green"} 1`,
        `verdigris_side_live{${environment},side="blue"} 0`,
        `verdigris_side_weight_percent{${environment},side="green"} 100`,
        `verdigris_side_release_info{${environment},side="blue",release="aaaaaaa"} 1`,
        `verdigris_flip_in_flight{${environment}} 0`,
        `verdigris_drift_items{${environment}} 0`,
        'verdigris_http_requests_total{method="GET",route="/api/v1/apps",status="200"} 1',
        'verdigris_http_requests_total{method="GET",route="/api/v1/apps",status="401"} 1',
      ]),
    );
    const form = /^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? \d+|)$/;
    expect(lines.filter((line) => !form.test(line))).toEqual([]);
  });
});
