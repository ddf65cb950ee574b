import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ALTERATION, alter } from "../../../test/fuzz/altered-json.ts";
import { controlSocket } from "../../machine/control-socket.ts";
import type { Controls } from "./controls.ts";
import { type ControlServer, serveControls } from "./server.ts";

let directory: string;
let server: ControlServer;
const logged: string[] = [];

const nothing = async () => undefined;
const controls: Controls = {
  status: () => ({
    ...{ protocol: 1, version: "1.2.3", pid: 42 },
    ...{ dns: { host: "127.0.0.1", port: 1 }, gateway: { host: "localhost", port: 1 } },
  }),
  ensureZone: nothing,
  records: () => [],
  apply: async () => "change-1",
  changeStatus: () => "in-sync",
  listen: nothing,
  deploy: nothing,
  scale: nothing,
  service: async (name) => ({
    ...{ name, revision: 0, listener: { address: "127.0.1.1", port: 1 } },
    ...{ requests: { total: 0, open: 0 } },
  }),
  logs: async () => [],
  stop: () => undefined,
};

const RECORD = { name: "rainbow.test", type: "A", ttlSeconds: 60, values: ["127.0.1.1"] };
const DEPLOYMENT = {
  ...{ id: "d-1", revision: 1, releaseId: "aaaaaaa", digest: "sha256:a", directory: "/srv" },
  ...{ start: "npm start", healthPath: "/health", environment: { A: "b" }, tasks: 1 },
  ...{ graceSeconds: 1, healthTimeoutSeconds: 1 },
};
const ASKS: readonly (readonly [string, string, unknown])[] = [
  ["GET", "/v1/cloud", undefined],
  ["PUT", "/v1/zones", { name: "rainbow.test" }],
  ["GET", "/v1/records?name=a&name=b", undefined],
  ["POST", "/v1/changes", { remove: [RECORD], add: [{ ...RECORD, set: { id: "b", weight: 1 } }] }],
  ["PUT", "/v1/services/a%2Fb%2Fblue", { address: "127.0.1.1", port: 8080 }],
  ["PUT", "/v1/services/a%2Fb%2Fblue/deployment", DEPLOYMENT],
  ["PUT", "/v1/services/a%2Fb%2Fblue/scale", { tasks: 2 }],
  ["GET", "/v1/services/a%2Fb%2Fblue/logs?lines=5", undefined],
];

const PATHS = [
  ...["/", "/%", "/%00", "//", "/?", "/v1/records?%", "/v1/changes/%", "/v1/changes/%ff"],
  ...["/v1/services/..%2F..%2Fetc/logs", "/v1/services/a%2Fb", `/v1/changes/${"x".repeat(9_000)}`],
];
const BODIES = ["", "{", "null", "[]", "[".repeat(50_000), '{"__proto__":{"tasks":1}}', "\u0000"];

const ASK = fc
  .tuple(
    fc.constantFrom(...ASKS),
    fc.option(ALTERATION),
    fc.option(fc.constantFrom(...BODIES)),
    fc.option(fc.constantFrom(...PATHS)),
  )
  .map(([[method, path, body], how, oddBody, oddPath]) => ({
    method,
    path: oddPath ?? path,
    body: body === undefined ? "" : (oddBody ?? JSON.stringify(how ? alter(body, how) : body)),
  }));

function ask({ method, path, body }: { method: string; path: string; body: string }) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = request(
      { socketPath: controlSocket(directory), method, path },
      async (response) => {
        const text = Buffer.concat(await response.toArray()).toString();
        resolve({ status: response.statusCode ?? 0, text });
      },
    );
    sent.on("error", reject).end(body);
  });
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "verdigris-odd-asks-"));
  server = await serveControls(directory, controls, (_, message) => logged.push(message));
});

afterAll(async () => {
  server.close();
  await rm(directory, { recursive: true });
});

it("whatever is asked on the control socket is answered as the protocol says, and nothing is a fault of the server", async () => {
  const property = fc.asyncProperty(ASK, async (asked) => {
    const { status, text } = await ask(asked);
    expect([200, 204, 400, 404]).toContain(status);
    if (status >= 400) {
      expect(JSON.parse(text || "{}")).toMatchObject({ error: { message: expect.any(String) } });
    }
  });
  await fc.assert(property, { numRuns: 300 * Number(process.env.FUZZ_ROUNDS ?? 1), seed: 1 });
  expect(logged).toEqual([]);
});
