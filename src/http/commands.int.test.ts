import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { approved, deployed } from "../../test/support/engine.ts";
import { type Served, served } from "./served.fixture.ts";

const PRODUCTION = "/api/v1/apps/rainbow/environments/production";

describe("a command", () => {
  let api: Served;

  beforeEach(async () => {
    api = await served();
    await deployed(api.engine, api.operator, "a");
  });

  afterEach(() => api.stop());

  it("answers with what it began and the environment as it is now", async () => {
    const { json } = await api.ask("POST", `${PRODUCTION}/flip-requests`);
    expect(json).toMatchObject({ changed: true, repeated: false, commandId: "made-1" });
    expect(json.environment.request).toMatchObject({ id: json.id, status: "open", side: "blue" });
    expect(json.revision).toBe(json.environment.revision);
  });

  it("is on record with who asked, through which door, from where and why", async () => {
    await api.ask("POST", `${PRODUCTION}/freeze`, {
      role: "approver",
      body: { reason: "holidays", commandId: "freeze-1" },
      headers: { "x-verdigris-via": "cli" },
    });
    const { json } = await api.ask("GET", `${PRODUCTION}/history?limit=1`);
    expect(json).toMatchObject([
      {
        command: "freeze",
        commandId: "freeze-1",
        by: "the approver",
        via: "cli",
        from: "127.0.0.1",
        reason: "holidays",
        events: [{ type: "EnvironmentFrozen", reason: "holidays" }],
      },
    ]);
  });

  it("comes through the door api unless it names one that a caller may have", async () => {
    await api.ask("POST", `${PRODUCTION}/freeze`, { headers: { "x-verdigris-via": "operator" } });
    const { json } = await api.ask("GET", `${PRODUCTION}/history?limit=1`);
    expect(json[0].via).toBe("api");
  });

  it("that is repeated with its Idempotency-Key returns the first outcome", async () => {
    const sent = { headers: { "idempotency-key": '"once"' } };
    const first = await api.ask("POST", `${PRODUCTION}/flip-requests`, sent);
    const second = await api.ask("POST", `${PRODUCTION}/flip-requests`, sent);
    expect(first.json).toMatchObject({ commandId: "once", repeated: false });
    expect(second.json).toMatchObject({ commandId: "once", repeated: true, id: first.json.id });
    expect(second.json.revision).toBe(first.json.revision);
  });

  it("that finds all as asked says that nothing changed", async () => {
    const { json } = await api.ask("POST", `${PRODUCTION}/unfreeze`);
    expect(json.changed).toBe(false);
    expect(json.id).toBeUndefined();
  });

  it("that is refused because of the state shows the state", async () => {
    const sent = { body: { to: "blue" } };
    const { status, json } = await api.ask("POST", `${PRODUCTION}/flip`, sent);
    expect([status, json.error.code]).toEqual([409, "approval_required"]);
    expect(json.error.details.environment).toEqual(await withoutTasks());
    expect(json.error.details.required).toBe(1);
  });

  it("that expects another revision is refused with the present one", async () => {
    const sent = { body: { expectRevision: 1 } };
    const { status, json } = await api.ask("POST", `${PRODUCTION}/freeze`, sent);
    expect([status, json.error.code]).toEqual([409, "stale_revision"]);
    expect(json.error.details.environment.revision).toBe(json.error.details.revision);
  });

  it("names a release by its commit's first digits as well", async () => {
    const sent = { body: { to: "blue", release: "a".repeat(40) } };
    const unregistered = await api.ask("POST", `${PRODUCTION}/flip`, sent);
    expect(unregistered.json.error.code).toBe("unknown_release");
    await api.ask("POST", "/api/v1/apps/rainbow/releases", {
      body: {
        commit: "a".repeat(40),
        artifact: { digest: `sha256:${"a".repeat(64)}`, location: "/artifacts/a" },
        author: { name: "Ana", email: "ana@example.com" },
        subject: "change a",
      },
    });
    await approved(api.operator);
    expect((await api.ask("POST", `${PRODUCTION}/flip`, sent)).status).toBe(200);
  });

  it("with dryRun tells the records before and after and changes nothing", async () => {
    await approved(api.operator);
    const before = (await api.ask("GET", PRODUCTION)).json;
    const sent = { body: { to: "blue", dryRun: true } };
    const { json } = await api.ask("POST", `${PRODUCTION}/flip`, sent);
    expect(json).toMatchObject({
      environment: "rainbow/production",
      revision: before.revision,
      events: ["FlipStarted", "TrafficDecided", "RequestClosed"],
      live: { before: "green", after: "blue" },
    });
    expect(weights(json.records.before)).toEqual({ blue: 0, green: 100 });
    expect(weights(json.records.after)).toEqual({ blue: 100, green: 0 });
    expect((await api.ask("GET", PRODUCTION)).json).toEqual(before);
  });

  it("with dryRun that would be refused is refused in the same way", async () => {
    const sent = { body: { to: "green", dryRun: true } };
    const { status, json } = await api.ask("POST", `${PRODUCTION}/flip`, sent);
    expect([status, json.error.code]).toEqual([409, "already_live"]);
    expect(json.error.details.environment.live).toBe("green");
  });

  async function withoutTasks() {
    const { json } = await api.ask("GET", PRODUCTION);
    for (const side of Object.values<{ tasks?: unknown }>(json.sides)) delete side.tasks;
    return json;
  }
});

function weights(records: readonly { readonly set?: { id: string; weight: number } }[]) {
  return Object.fromEntries(records.flatMap(({ set }) => (set ? [[set.id, set.weight]] : [])));
}

describe("a configuration", () => {
  let api: Served;

  beforeEach(async () => {
    api = await served();
  });

  afterEach(() => api.stop());

  it("is registered as a decision under the command id of the header", async () => {
    const sent = {
      body: "app: storm",
      headers: { "content-type": "text/yaml", "idempotency-key": "apply-1" },
    };
    const path = "/api/v1/apps/storm/configuration";
    const dry = await api.ask("PUT", `${path}?dryRun=true`, sent);
    expect(dry.json).toMatchObject({ app: "storm", changed: true, revision: 0 });
    expect((await api.ask("GET", "/api/v1/apps")).json).toHaveLength(1);
    const { json } = await api.ask("PUT", `${path}?reason=new`, sent);
    expect(json).toMatchObject({ app: "storm", changed: true, revision: 1 });
    const apps = (await api.ask("GET", "/api/v1/apps")).json;
    expect(apps[1]).toMatchObject({ name: "storm", environments: ["test", "production"] });
    const again = await api.ask("PUT", path, { ...sent, body: "app: storm" });
    expect(again.json.revision).toBe(1);
  });
});
