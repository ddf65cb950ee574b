import { describe, expect, it } from "vitest";
import { balancerOf, startTask, textTask, until, Wire } from "./proxy.fixture.ts";

describe("what is not a proper request never reaches a task", () => {
  it.each([
    ["Content-Length and Transfer-Encoding", ["Content-Length: 3", "Transfer-Encoding: chunked"]],
    ["two Content-Lengths", ["Content-Length: 3", "Content-Length: 4"]],
    ["Transfer-Encoding that does not end in chunked", ["Transfer-Encoding: chunked, gzip"]],
    ["a folded header", ["X-A: 1", " folded"]],
    ["two Hosts", ["Host: b"]],
    ["a control character", ["X-A: \u0001"]],
  ])("%s", async (_, lines) => {
    const task = await textTask("hi");
    const wire = await Wire.to(await balancerOf([task]));
    wire.send("POST / HTTP/1.1", "Host: a", ...lines, "", "0\r\n\r\n");
    await wire.receives("x-verdigris-error: bad_request");
    expect(wire.received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(task.seen.requests).toBe(0);
  });

  it.each(["http://other.test/", "*"])("the target %s", async (target) => {
    const task = await textTask("hi");
    const wire = await Wire.to(await balancerOf([task]));
    wire.send(`OPTIONS ${target} HTTP/1.1`, "Host: a", "", "");
    await wire.receives("x-verdigris-error: bad_request");
    expect(task.seen.requests).toBe(0);
  });

  it.each(["gzip, chunked", "identity, chunked"])(
    "a body in the codings %s, which the task would not learn of",
    async (codings) => {
      const task = await textTask("hi");
      const wire = await Wire.to(await balancerOf([task]));
      wire.send("POST / HTTP/1.1", "Host: a", `Transfer-Encoding: ${codings}`, "", "0\r\n\r\n");
      wire.send("GET /next HTTP/1.1", "Host: a", "", "");
      expect(await wire.ends()).toMatch(/^HTTP\/1\.1 501 [\s\S]*Connection: close\r\n\r\n[^\r]*$/);
      expect(task.seen.requests).toBe(0);
    },
  );

  it.each([
    ["two Hosts", 400, ["GET / HTTP/1.1", "Host: a", "Host: b"]],
    ["no Host", 400, ["GET / HTTP/1.1"]],
    ["an expectation that nobody knows", 417, ["GET / HTTP/1.1", "Host: a", "Expect: rain"]],
    ["HTTP/2 in HTTP/1's clothes", 505, ["GET / HTTP/2.0", "Host: a"]],
    ["HTTP/0.9", 505, ["GET / HTTP/0.9", "Host: a"]],
  ])("%s, and what follows", async (_, status, lines) => {
    const task = await textTask("hi");
    const wire = await Wire.to(await balancerOf([task]));
    wire.send(...lines, "", "");
    wire.send("GET /next HTTP/1.1", "Host: a", "", "");
    const received = await wire.ends();
    expect(received).toMatch(/^[^\n]*\r\n[\s\S]*Connection: close\r\n\r\n[^\r]*$/);
    expect(received).toContain(`HTTP/1.1 ${status} `);
    expect(task.seen.requests).toBe(0);
  });

  it("a transfer coding in HTTP/1.0, and what follows it", async () => {
    const task = await textTask("hi");
    const wire = await Wire.to(await balancerOf([task]));
    wire.send("POST / HTTP/1.0", "Connection: keep-alive", "Transfer-Encoding: chunked", "");
    wire.send("", "0", "", "GET /next HTTP/1.0", "", "");
    expect(await wire.ends()).toMatch(/^HTTP\/1\.1 400 [\s\S]*Connection: close\r\n\r\n[^\r]*$/);
    expect(task.seen.requests).toBe(0);
  });

  it("header fields that are too large", async () => {
    const wire = await Wire.to(await balancerOf([], { limits: { headerOctets: 2_048 } }));
    wire.send("GET / HTTP/1.1", "Host: a", `X-Large: ${"x".repeat(4_000)}`, "", "");
    const received = await wire.ends();
    expect(received).toMatch(/^HTTP\/1\.1 431 [\s\S]*x-verdigris-error: header_too_large/);
    expect(received).toContain("rainbow/blue: ");
  });

  it("header fields that don't come in time", async () => {
    const wire = await Wire.to(await balancerOf([], { limits: { requestHeaderMs: 50 } }));
    wire.send("GET / HTTP/1.1", "Host: a", "X-Slow: ");
    expect(await wire.ends()).toMatch(/^HTTP\/1\.1 408 [\s\S]*x-verdigris-error: request_timeout/);
  });
});

it("nothing is written into the answer of an earlier request on the connection", async () => {
  let finish: () => void = () => undefined;
  const task = await startTask((_, response) => {
    response.write("half");
    finish = () => response.end();
  });
  const wire = await Wire.to(await balancerOf([task]));
  wire.send("GET / HTTP/1.1", "Host: a", "", "");
  await wire.receives("half");
  wire.send("not HTTP", "", "");
  await wire.ends();
  finish();
  expect(wire.received).not.toContain("400");
});

it("an idle client is let go", async () => {
  const task = await textTask("hi");
  const balancer = await balancerOf([task], { limits: { clientKeepAliveMs: 50 } });
  const idle = await Wire.to(balancer);
  idle.send("GET / HTTP/1.1", "Host: a", "", "");
  await idle.receives("hi");
  await idle.ends();
});

it("an upload that stands still is cut, a client that waits for its answer is not", async () => {
  let finish: () => void = () => undefined;
  const task = await startTask((incoming, response) => {
    if (incoming.method === "GET") finish = () => response.end("at last");
    else incoming.resume();
  });
  const balancer = await balancerOf([task], { limits: { bodyIdleMs: 500 } });
  const waiting = await Wire.to(balancer);
  waiting.send("GET / HTTP/1.1", "Host: a", "", "");
  await until(() => task.seen.requests === 1, "the request at the task");
  const stalled = await Wire.to(balancer);
  stalled.send("POST / HTTP/1.1", "Host: a", "Content-Length: 10", "", "half");
  await stalled.ends();
  finish();
  await waiting.receives("at last");
});

it("connections beyond the limit are closed as they arrive", async () => {
  const task = await textTask("hi");
  const balancer = await balancerOf([task], { limits: { clientConnections: 1 } });
  const first = await Wire.to(balancer);
  first.send("GET / HTTP/1.1", "Host: a", "", "");
  await first.receives("hi");
  const second = await Wire.to(balancer);
  await second.ends();
  expect(second.received).toBe("");
});
