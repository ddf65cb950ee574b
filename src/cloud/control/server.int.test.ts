import { mkdtemp, rm, stat } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ControlFault } from "./control-fault.ts";
import type { Controls } from "./controls.ts";
import type { ControlErrorCode } from "./protocol.ts";
import { type ControlServer, serveControls } from "./server.ts";

let directory: string;
let server: ControlServer;
let asked: unknown[][];
let logged: string[];
/** What every change is answered with, while set. */
let fault: Error | undefined;

const STATUS = {
  protocol: 1,
  version: "1.2.3",
  pid: 42,
  dns: { host: "127.0.0.1", port: 5354 },
  gateway: { host: "localhost", port: 8080 },
};

async function take(...call: unknown[]): Promise<void> {
  if (fault) throw fault;
  asked.push(call);
}

const controls: Controls = {
  status: () => STATUS,
  ensureZone: (zone) => take("ensureZone", zone),
  records: (names) =>
    names.map((name) => ({ name, type: "A", ttlSeconds: 60, values: ["127.0.1.1"] })),
  apply: async (change) => {
    await take("apply", change);
    return "change-1";
  },
  changeStatus: (id) => (id === "change-1" ? "in-sync" : "unknown"),
  listen: (service, listener) => take("listen", service, listener),
  deploy: (service, deployment) => take("deploy", service, deployment),
  scale: (service, tasks) => take("scale", service, tasks),
  service: async (name) => ({
    name,
    listener: { address: "127.0.1.1", port: 8080 },
    revision: 7,
    requests: { total: 3, open: 1 },
  }),
  logs: async (service, lines) => [`${lines} of ${service}`],
  stop: (tasks) => asked.push(["stop", tasks]),
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "verdigris-control-"));
  asked = [];
  logged = [];
  fault = undefined;
  server = await start();
});

afterEach(async () => {
  server.close();
  await rm(directory, { recursive: true });
});

const start = () => serveControls(directory, controls, (_level, message) => logged.push(message));

/** Sends the text as it is. */
function send(method: string, path: string, text = ""): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { socketPath: join(directory, "control.sock"), method, path, agent: false },
      async (response) => {
        const chunks = await response.toArray();
        const body = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          body: body === "" ? undefined : JSON.parse(body),
        });
      },
    );
    sent.on("error", reject).end(text);
  });
}

const put = (path: string, body: unknown) => send("PUT", path, JSON.stringify(body));
const post = (path: string, body: unknown) => send("POST", path, JSON.stringify(body));

const BLUE = "/v1/services/rainbow%2Fproduction%2Fblue";
const LISTENER = { address: "127.0.1.1", port: 8080 };

it("only the owner may open the socket", async () => {
  const { mode } = await stat(join(directory, "control.sock"));
  expect(mode & 0o777).toBe(0o600);
});

it("a socket left by a dead process is replaced, and one's own is removed", async () => {
  server.close();
  await expect(stat(join(directory, "control.sock"))).rejects.toThrow("ENOENT");
  server = await start();
  expect((await send("GET", "/v1/cloud")).status).toBe(200);
});

it("a directory whose path leaves no room for a socket is refused with a way out", async () => {
  const long = join(directory, "d".repeat(100));
  await expect(serveControls(long, controls, () => undefined)).rejects.toThrow(
    /at most 10[37] .*shorter path/,
  );
});

describe("what the operator reads", () => {
  it("is answered as the protocol has it", async () => {
    expect(await send("GET", "/v1/cloud")).toEqual({ status: 200, body: STATUS });
    const { body } = await send("GET", "/v1/records?name=a.test&name=b.test");
    expect(body).toMatchObject({ records: [{ name: "a.test" }, { name: "b.test" }] });
    expect((await send("GET", "/v1/changes/change-1")).body).toEqual({ status: "in-sync" });
    expect((await send("GET", "/v1/changes/other")).status).toBe(404);
    expect((await send("GET", BLUE)).body).toMatchObject({ name: "rainbow/production/blue" });
    expect((await send("GET", `${BLUE}/logs?lines=7`)).body).toEqual({
      lines: ["7 of rainbow/production/blue"],
    });
  });

  it.each([
    ["GET", `${BLUE}/logs?lines=many`],
    ["GET", `${BLUE}/logs?lines=10001`],
    ["GET", "/v1/services/..%2F..%2Fetc"],
    ["GET", "/v1/services/%E0%A4%A"],
  ])("is refused for %s %s", async (method, path) => {
    expect(await send(method, path)).toMatchObject({
      status: 400,
      body: { error: { code: "bad_request" } },
    });
  });
});

describe("what the operator wants", () => {
  it("reaches the local cloud", async () => {
    const change = { remove: [], add: [] };
    const statuses = [
      await put("/v1/zones", { name: "rainbow.test" }),
      await put(BLUE, LISTENER),
      await put(`${BLUE}/scale`, { tasks: 3 }),
      await post("/v1/changes", change),
    ].map(({ status }) => status);
    expect(statuses).toEqual([204, 204, 204, 200]);
    expect(asked).toEqual([
      ["ensureZone", { name: "rainbow.test" }],
      ["listen", "rainbow/production/blue", LISTENER],
      ["scale", "rainbow/production/blue", 3],
      ["apply", change],
    ]);
  });

  it.each<[string, string, string, number]>([
    ["PUT", BLUE, "{", 400],
    ["PUT", BLUE, "", 400],
    ["PUT", BLUE, `{"address":"127.0.1.1","port":8080,"more":1}`, 400],
    ["PUT", BLUE, `"${"x".repeat(1024 * 1024)}"`, 400],
    ["PUT", "/v1/services/blue", JSON.stringify(LISTENER), 400],
    ["PUT", "/v1/elsewhere", "{}", 404],
    ["DELETE", BLUE, "", 404],
    ["POST", `${BLUE}/deployment/again`, "{}", 404],
  ])("is refused for %s %s %.20s", async (method, path, text, status) => {
    const answer = await send(method, path, text);
    expect(answer).toEqual({
      status,
      body: { error: { code: expect.any(String), message: expect.stringMatching(/\.$/) } },
    });
    expect(asked).toEqual([]);
  });

  it.each<[ControlErrorCode, number]>([
    ["address_in_use", 409],
    ["change_refused", 409],
    ["not_found", 404],
    ["unavailable", 503],
  ])("is answered with %s as %d when it can't be", async (code, status) => {
    fault = new ControlFault(code, "No. Nothing was changed.");
    const error = { code, message: "No. Nothing was changed." };
    expect(await put(BLUE, LISTENER)).toEqual({ status, body: { error } });
    expect(logged).toEqual([]);
  });

  it("is answered with 500 and logged when the local cloud is at fault", async () => {
    fault = new Error("the disk is full");
    expect(await put(BLUE, LISTENER)).toEqual({
      status: 500,
      body: { error: { code: "internal", message: "the disk is full" } },
    });
    expect(logged).toEqual([`PUT ${BLUE} failed`]);
  });
});

it("a stop is answered before it begins", async () => {
  expect(await post("/v1/stop", { tasks: "keep" })).toEqual({ status: 202, body: undefined });
  await expect.poll(() => asked, { timeout: 20_000, interval: 5 }).toEqual([["stop", "keep"]]);
});
