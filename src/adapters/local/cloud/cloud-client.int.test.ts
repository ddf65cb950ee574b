import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type ClientLimits, CloudClient } from "./cloud-client.ts";
import { CloudRefusal, CloudUnreachable } from "./cloud-errors.ts";
import { LocalTrafficZone } from "./local-traffic-zone.ts";

let directory: string;
let server: Server;
let connections: number;
/** What the local cloud answers, in turn; then nothing. */
let answers: [number, unknown][];
let asked: string[];
let clients: CloudClient[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "verdigris-client-"));
  [answers, asked, clients, connections] = [[], [], [], 0];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const [status, content] = answers.shift() ?? [];
    if (status !== undefined) response.writeHead(status).end(JSON.stringify(content));
  });
  server.on("connection", () => {
    connections += 1;
  });
});

afterEach(async () => {
  for (const client of clients) client.close();
  server.close();
  server.closeAllConnections();
  await rm(directory, { recursive: true });
});

async function listening(): Promise<void> {
  await new Promise<void>((resolve) => server.listen(join(directory, "control.sock"), resolve));
}

function clientWith(limits: Partial<ClientLimits> = {}): CloudClient {
  const client = new CloudClient(directory, limits);
  clients.push(client);
  return client;
}

const refusal = (code: string): unknown => ({ error: { code, message: `no: ${code}` } });

const CHANGE = {
  remove: [],
  add: [{ name: "rainbow.test", type: "A", ttlSeconds: 60, values: ["127.0.1.1"] }],
} as const;

it("where nothing listens every call says so, and a change is unavailable", async () => {
  const client = clientWith();
  await expect(client.status()).rejects.toBeInstanceOf(CloudUnreachable);
  await expect(client.status()).rejects.toThrow(/nothing listens there \(ENOENT\)/);
  expect(await new LocalTrafficZone(client).apply(CHANGE)).toMatchObject({
    kind: "unavailable",
    reason: expect.stringContaining(directory),
  });
});

it("no answer within the deadline ends a call, also one that waits for its turn", async () => {
  await listening();
  // One timer for all: of several, an earlier one frees the connection for what waits behind it.
  const deadline = new AbortController();
  const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(deadline.signal);
  const client = clientWith({ deadlineMs: 100, connections: 1 });
  const ended = Promise.allSettled([client.status(), client.status(), client.status()]);
  await vi.waitFor(() => expect(asked).toHaveLength(1), 20_000);
  deadline.abort(new DOMException("The deadline is over", "TimeoutError"));
  const calls = await ended;
  const deadlines = timeout.mock.calls.flat();
  timeout.mockRestore();
  expect(deadlines).toEqual([100, 100, 100]);
  expect(calls).toHaveLength(3);
  for (const call of calls) {
    expect(call).toMatchObject({ reason: { message: expect.stringContaining("within 0.1 s") } });
  }
  expect(asked).toHaveLength(1);
});

it("more calls than may wait are turned away at once", async () => {
  await listening();
  const client = clientWith({ deadlineMs: 100, waiting: 2 });
  const first = Promise.allSettled([client.status(), client.status()]);
  await expect(client.status()).rejects.toThrow(/2 requests wait/);
  await first;
});

it("a refusal is told with its status, code and message", async () => {
  await listening();
  answers = [[503, refusal("unavailable")]];
  const told = await clientWith()
    .status()
    .catch((error: unknown) => error);
  expect(told).toBeInstanceOf(CloudRefusal);
  expect(told).toMatchObject({ status: 503, code: "unavailable", message: "no: unavailable" });
});

it("calls one after another share a connection", async () => {
  await listening();
  answers = Array.from({ length: 5 }, () => [200, { pid: 1 }]);
  const client = clientWith();
  for (let call = 0; call < 5; call++) await client.status();
  expect(connections).toBe(1);
});

it("what isn't the local cloud's protocol counts as no answer", async () => {
  await listening();
  answers = [[500, "oh dear"]];
  await expect(clientWith().status()).rejects.toBeInstanceOf(CloudUnreachable);
});

it.each([
  ["change_refused", "refused"],
  ["unavailable", "unavailable"],
  ["internal", "unavailable"],
  ["bad_request", "forbidden"],
])("a change answered with %s is %s", async (code, kind) => {
  await listening();
  answers = [[400, refusal(code)]];
  const answer = await new LocalTrafficZone(clientWith()).apply(CHANGE);
  expect(answer).toEqual({ kind, reason: `no: ${code}` });
  expect(asked).toEqual(["POST /v1/changes"]);
});

it("a change without a zone makes one, and is tried once more only", async () => {
  await listening();
  answers = [
    [404, refusal("not_found")],
    [204, undefined],
    [404, refusal("not_found")],
  ];
  const answer = await new LocalTrafficZone(clientWith()).apply(CHANGE);
  expect(answer.kind).toBe("forbidden");
  expect(asked).toEqual(["POST /v1/changes", "PUT /v1/zones", "POST /v1/changes"]);
});

it("learns at once that the local cloud has gone, and not before", async () => {
  await listening();
  const client = clientWith();
  let hungUp = false;
  const end = client.hungUp(new AbortController().signal).then(() => {
    hungUp = true;
  });
  while (connections === 0) await new Promise((resolve) => setImmediate(resolve));
  answers.push([200, { pid: 1 }]);
  await client.status();
  expect(hungUp).toBe(false);
  server.closeAllConnections();
  await end;
});

it("sees that no local cloud is there, and stops watching when told to", async () => {
  const client = clientWith();
  await client.hungUp(new AbortController().signal);
  await listening();
  const watching = new AbortController();
  const end = client.hungUp(watching.signal);
  watching.abort();
  await end;
});
