import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { askHealth, passHealthGate } from "./health-gate.ts";

let server: Server;

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function listen(answer: (path: string) => number | undefined): Promise<number> {
  server = createServer(({ url = "" }, response) => {
    const status = answer(url);
    if (status) response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

it.each([
  [200, undefined],
  [302, undefined],
  [404, "answered 404"],
  [503, "answered 503"],
])("an answer of %i means %j", async (status, fault) => {
  const port = await listen((path) => (path === "/health" ? status : 500));
  expect(await askHealth({ port, path: "/health", timeoutMs: 5_000 })).toBe(fault);
});

it("no answer and no listener are told apart", async () => {
  const port = await listen(() => undefined);
  expect(await askHealth({ port, path: "/", timeoutMs: 50 })).toBe("gave no answer within 50 ms");
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(await askHealth({ port, path: "/", timeoutMs: 5_000 })).toBe("refused the connection");
});

it("the gate asks until the answer is good", async () => {
  let asked = 0;
  const port = await listen(() => (++asked < 4 ? 503 : 204));
  const gate = { port, path: "/", timeoutMs: 5_000, everyMs: 1 };
  expect(await passHealthGate(gate, new AbortController().signal)).toBeUndefined();
  expect(asked).toBe(4);
});

it("the gate asks at least once, and tells the last fault when its time is over", async () => {
  const port = await listen(() => 500);
  const gate = { port, path: "/", timeoutMs: 5_000, everyMs: 1, deadlineMs: -1 };
  expect(await passHealthGate(gate, new AbortController().signal)).toBe("answered 500");
});

it("the gate gives up when it is called off", async () => {
  const abort = new AbortController();
  const port = await listen(() => {
    abort.abort();
    return undefined;
  });
  const gate = { port, path: "/", timeoutMs: 60_000, everyMs: 60_000 };
  expect(await passHealthGate(gate, abort.signal)).toBeDefined();
});
