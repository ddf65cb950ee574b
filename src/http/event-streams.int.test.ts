import { afterEach, describe, expect, it } from "vitest";
import { by, execute } from "../../test/support/engine.ts";
import { isRefusal } from "../domain/refusal.ts";
import { keyOf, type Served, served } from "./served.fixture.ts";

/** As a deadline, so that what waits for it fails. */
const LONGER_THAN_A_TEST_MS = 60_000;

describe("the event stream", () => {
  let api: Served | undefined;

  afterEach(() => api?.stop());

  it("tells every decision from its greeting on", async () => {
    api = await served();
    const events = await follow(api);
    await events.until(": listening");
    await execute(api.operator, { type: "freeze", meta: by("ben") });
    await events.until("EnvironmentFrozen");
    const frozen = events
      .text()
      .split("\n\n")
      .find((part) => part.includes("EnvironmentFrozen"));
    const [id, name, data] = frozen?.split("\n") ?? [];
    expect(name).toBe("event: decision");
    const event = JSON.parse(data?.replace("data: ", "") ?? "");
    expect(event).toMatchObject({
      stream: "env#rainbow/production",
      by: "ben",
      command: "freeze",
      events: ["EnvironmentFrozen"],
    });
    expect(id).toBe(`id: env#rainbow/production@${event.revision}`);
    await events.close();
  });

  it("tells of one app when that is asked for, and of keys to admins only", async () => {
    api = await served();
    const all = await follow(api, { role: "viewer" });
    const other = await follow(api, { query: "?app=storm" });
    const admin = await follow(api);
    for (const one of [all, other, admin]) await one.until(": listening");
    await api.operator.keys.issue("ben", "viewer", by("admin"));
    await execute(api.operator, { type: "freeze", meta: by("ben") });
    await api.operator.apps.configure({ ...(await configuration(api)), app: "storm" }, by("admin"));
    for (const one of [all, other, admin]) await one.until("app#storm");
    expect(admin.text()).toContain("keys#");
    expect(admin.text()).toContain("EnvironmentFrozen");
    expect(all.text()).not.toContain("keys#");
    expect(all.text()).toContain("EnvironmentFrozen");
    expect(other.text()).not.toContain("keys#");
    expect(other.text()).not.toContain("EnvironmentFrozen");
    for (const one of [all, other, admin]) await one.close();
  });

  it("shows that it is alive while nothing happens", async () => {
    api = await served({ options: { limits: { heartbeatMs: 5 } } });
    const events = await follow(api);
    await events.until(": still here\n\n: still here");
    await events.close();
  });

  it("gives its place to another when its reader goes away", async () => {
    api = await served({ options: { limits: { eventStreams: 1, heartbeatMs: 5 } } });
    const first = await follow(api);
    await first.until(": listening");
    const refused = await api.ask("GET", "/api/v1/events");
    expect([refused.status, refused.json.error.code]).toEqual([429, "too_many_requests"]);
    await first.close();
    const { ask } = api;
    await expect.poll(async () => (await ask("HEAD", "/api/v1/events")).status).toBe(200);
    const second = await follow(api);
    await second.until(": listening");
    await second.close();
  });

  it("ends when its key is revoked, and tells nothing of what is decided from then on", async () => {
    api = await served({ options: { limits: { heartbeatMs: 5 } } });
    const issued = await api.operator.keys.issue("ben", "viewer", by("admin"));
    if (isRefusal(issued)) throw new Error(issued.message);
    const events = await follow(api, { key: issued.key });
    await events.until(": still here");
    await api.operator.keys.revoke(issued.record.id, by("admin"));
    await execute(api.operator, { type: "freeze", meta: by("ben") });
    await events.ended;
    expect(events.text()).not.toContain("EnvironmentFrozen");
  });

  it("ends when the server stops, and does not hold it up", async () => {
    api = await served();
    const events = await follow(api);
    await events.until(": listening");
    await api.stop(LONGER_THAN_A_TEST_MS);
    await events.ended;
    api = undefined;
  });

  it("ends, and says so in the log, when the feed breaks", async () => {
    api = await served({
      parts: () => ({
        async *feed() {
          yield await Promise.reject(new Error("table gone"));
        },
      }),
    });
    const events = await follow(api);
    await events.ended;
    expect(api.logged.join()).toContain("table gone");
  });
});

async function configuration({ operator }: Served) {
  const app = await operator.apps.get("rainbow");
  if ("kind" in app || !app.configuration) throw new Error("the sample app is not configured");
  return app.configuration;
}

interface Followed {
  text(): string;
  until(text: string): Promise<void>;
  close(): Promise<void>;
  readonly ended: Promise<void>;
}

interface Asked {
  readonly role?: "admin" | "viewer";
  readonly key?: string;
  readonly query?: string;
}

async function follow(
  { url }: Served,
  { role = "admin", key = keyOf(role), query = "" }: Asked = {},
): Promise<Followed> {
  const going = new AbortController();
  const answer = await fetch(`${url}/api/v1/events${query}`, {
    headers: { "x-api-key": key },
    signal: going.signal,
  });
  expect(answer.headers.get("content-type")).toBe("text/event-stream");
  let received = "";
  const read = async () => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of answer.body ?? []) received += decoder.decode(chunk);
    } catch (error) {
      if (!going.signal.aborted) throw error;
    }
  };
  const ended = read();
  return {
    text: () => received,
    until: (text) => expect.poll(() => received, { timeout: 10_000 }).toContain(text),
    ended,
    async close() {
      going.abort();
      await ended;
    },
  };
}
