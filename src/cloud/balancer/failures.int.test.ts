import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import type { Target } from "../target-group.ts";
import {
  ask,
  balancerOf,
  keepAliveAgent,
  refusingTarget,
  startRawTask,
  startTask,
  textTask,
  until,
  Wire,
} from "./proxy.fixture.ts";

/** Health checks that never decide, so that only requests find out. */
const UNCHECKED = { healthCheck: { unhealthyThreshold: 1_000, healthyThreshold: 1_000 } };

describe("a failure names the side, the reason and a code", () => {
  it("503 when there is no task", async () => {
    expect(await ask(await balancerOf([]), "/")).toMatchObject({
      status: 503,
      headers: { "x-verdigris-error": "no_task", "content-type": "text/plain; charset=utf-8" },
      body: "rainbow/blue: no task is running behind this address\n",
    });
  });

  it("502 when the task refuses connections", async () => {
    const balancer = await balancerOf([await refusingTarget("gone")], UNCHECKED);
    const answer = await ask(balancer, "/", { method: "POST", body: "kept" });
    expect(answer).toMatchObject({
      status: 502,
      headers: { "x-verdigris-error": "connect_failed" },
      body: "rainbow/blue: no connection to task gone: ECONNREFUSED\n",
    });
  });

  it.each([
    ["closes at once", "", "upstream_closed"],
    ["does not speak HTTP", "SSH-2.0-OpenSSH_9.2\r\n", "bad_response"],
    ["switches protocols unasked", "HTTP/1.1 101 Switching\r\nUpgrade: a\r\n\r\n", "bad_response"],
    [
      "sends too many header fields",
      `HTTP/1.1 200 OK\r\n${"X-A: b\r\n".repeat(9_000)}`,
      "bad_response",
    ],
    [
      "sends conflicting lengths",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "bad_response",
    ],
  ])("502 when the task %s", async (_, bytes, code) => {
    const task = await startRawTask((socket) => socket.end(bytes));
    const answer = await ask(await balancerOf([task], UNCHECKED), "/");
    expect(answer).toMatchObject({ status: 502, headers: { "x-verdigris-error": code } });
  });

  it("504 when the task does not begin a response in time, and the task is told", async () => {
    let left = false;
    const task = await startTask((_, response) => {
      response.on("close", () => {
        left = true;
      });
    });
    const balancer = await balancerOf([task], { limits: { responseHeaderMs: 100 } });
    expect(await ask(balancer, "/")).toMatchObject({
      status: 504,
      headers: { "x-verdigris-error": "response_timeout" },
    });
    await until(() => left, "the task to be told");
  });

  it("503 when every task has as many requests as it may have", async () => {
    let finish: () => void = () => undefined;
    const task = await startTask((_, response) => {
      finish = () => response.end();
    });
    const balancer = await balancerOf([task], { limits: { openPerUpstream: 1 } });
    const first = ask(balancer, "/");
    await until(() => task.seen.requests === 1, "the first request");
    expect(await ask(balancer, "/")).toMatchObject({
      status: 503,
      headers: { "x-verdigris-error": "busy" },
    });
    finish();
    expect(await first).toMatchObject({ status: 200 });
  });

  it("to HEAD without a body, and the connection goes on", async () => {
    const balancer = await balancerOf([]);
    const agent = keepAliveAgent();
    expect(await ask(balancer, "/", { agent, method: "HEAD" })).toMatchObject({ body: "" });
    expect(await ask(balancer, "/", { agent })).toMatchObject({ status: 503 });
  });
});

describe("a response that breaks off half way is cut, never ended", () => {
  it.each([
    ["with a length", "Content-Length: 100\r\n\r\nhalf"],
    ["in chunks", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"],
  ])("%s", async (_, rest) => {
    const task = await startRawTask((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${rest}`);
      setImmediate(() => socket.resetAndDestroy());
    });
    const balancer = await balancerOf([task]);
    await expect(ask(balancer, "/")).rejects.toThrow(/aborted|ECONNRESET|socket hang up/);
  });

  it("for an HTTP/1.0 client by a reset, as a close would look like the end", async () => {
    let breakOff: () => void = () => undefined;
    const task = await startTask((_, response) => {
      response.write("half");
      breakOff = () => response.socket?.destroy();
    });
    const wire = await Wire.to(await balancerOf([task]));
    wire.send("GET / HTTP/1.0", "", "");
    await wire.receives("half");
    breakOff();
    await until(() => wire.closed, "the end of the connection");
    expect(wire.ended).toBe(false);
  });

  it("when it stands still for too long", async () => {
    const task = await startTask((_, response) => response.write("half"));
    const balancer = await balancerOf([task], { limits: { bodyIdleMs: 300 } });
    await expect(ask(balancer, "/")).rejects.toThrow(/aborted|ECONNRESET|socket hang up/);
  });
});

describe("a request whose connection to a task could not be made", () => {
  it.each(["GET", "POST"])("goes to another task: %s", async (method) => {
    const task = await startTask((incoming, response) => incoming.pipe(response));
    const balancer = await balancerOf([await refusingTarget("gone"), task], UNCHECKED);
    const body = method === "POST" ? { body: "whole" } : {};
    for (let i = 0; i < 6; i += 1) {
      expect(await ask(balancer, "/", { method, ...body })).toMatchObject({ status: 200, ...body });
    }
  });

  it("is tried three times and no more", async () => {
    const [a, b, c] = await Promise.all(["a", "b", "c"].map(refusingTarget));
    const task = await textTask("hi");
    const statuses = async (targets: readonly (Target | undefined)[]) => {
      const balancer = await balancerOf(
        [...targets.filter((one) => one !== undefined), task],
        UNCHECKED,
      );
      const answers = await inTurn(8, () => ask(balancer, "/"));
      return new Set(answers.map(({ status }) => status));
    };
    expect(await statuses([a, b])).toEqual(new Set([200]));
    expect(await statuses([a, b, c])).toEqual(new Set([200, 502]));
  });
});

async function inTurn<T>(times: number, act: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let i = 0; i < times; i += 1) results.push(await act());
  return results;
}

/**
 * Answers the first request of each of `connections` once all of them are there, and closes a
 * connection when its second request comes. One for /fresh-crash is closed at once.
 */
async function forgetfulTask(seen: string[], connections = 1) {
  const waiting: Socket[] = [];
  return startRawTask((socket, first) => {
    seen.push(pathOf(first));
    if (pathOf(first) === "/fresh-crash") {
      socket.destroy();
      return;
    }
    socket.once("data", (second) => {
      seen.push(pathOf(String(second)));
      socket.destroy();
    });
    waiting.push(socket);
    if (waiting.length < connections) return;
    for (const one of waiting) one.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
}

function pathOf(request: string): string {
  return request.split(" ")[1] ?? "";
}

describe("a request whose kept-alive connection ends before a response begins", () => {
  it.each(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])(
    "is sent again on a new connection when it is idempotent: %s",
    async (method) => {
      const seen: string[] = [];
      const balancer = await balancerOf([await forgetfulTask(seen)], UNCHECKED);
      await ask(balancer, "/first");
      expect(await ask(balancer, "/second", { method })).toMatchObject({ status: 200 });
      expect(seen).toEqual(["/first", "/second", "/second"]);
    },
  );

  it("is sent again on a new one, not on another that may be stale too", async () => {
    const seen: string[] = [];
    const task = await forgetfulTask(seen, 4);
    const balancer = await balancerOf([task], UNCHECKED);
    await Promise.all([1, 2, 3, 4].map(() => ask(balancer, "/first")));
    expect(await ask(balancer, "/second")).toMatchObject({ status: 200 });
    expect(seen.slice(4)).toEqual(["/second", "/second"]);
  });

  it.each([
    ["is not idempotent", { method: "POST" }],
    ["has sent some of its body", { method: "PUT", body: "gone" }],
  ])("is not sent again when it %s", async (_, options) => {
    const seen: string[] = [];
    const balancer = await balancerOf([await forgetfulTask(seen)], UNCHECKED);
    await ask(balancer, "/first");
    expect(await ask(balancer, "/second", options)).toMatchObject({
      status: 502,
      headers: { "x-verdigris-error": "upstream_closed" },
    });
    expect(seen).toEqual(["/first", "/second"]);
  });
});

describe("a request that ends a fresh connection is not sent again", () => {
  it("to another task, which it might crash too", async () => {
    const seen: string[] = [];
    const targets = [await forgetfulTask(seen), await forgetfulTask(seen)];
    const balancer = await balancerOf(targets, UNCHECKED);
    expect(await ask(balancer, "/fresh-crash")).toMatchObject({ status: 502 });
    expect(seen).toEqual(["/fresh-crash"]);
  });

  it("also when the connection before it was an old one", async () => {
    const task = await startTask((incoming, response) => {
      if (incoming.url === "/crash") incoming.socket.destroy();
      else response.setHeader("Connection", "close").end();
    });
    const balancer = await balancerOf([task], UNCHECKED);
    await ask(balancer, "/");
    expect(await ask(balancer, "/crash")).toMatchObject({ status: 502 });
    expect(task.seen.requests).toBe(2);
  });
});

it("a client that leaves ends the task's work", async () => {
  let left = false;
  const task = await startTask((_, response) => {
    response.on("close", () => {
      left = true;
    });
  });
  const balancer = await balancerOf([task]);
  const wire = await Wire.to(balancer);
  wire.send("GET / HTTP/1.1", "Host: a", "", "");
  await until(() => task.seen.requests === 1, "the request at the task");
  wire.socket.destroy();
  await until(() => left, "the task to be told");
  await until(() => balancer.targets()[0]?.open === 0, "nothing open on the task");
});

it("a task that crashes under load fails only what it had, and the others go on", async () => {
  const doomed = await textTask("doomed");
  const task = await textTask("hi");
  const balancer = await balancerOf([doomed, task], UNCHECKED);
  const agent = keepAliveAgent();
  for (let i = 0; i < 20; i += 1) await ask(balancer, "/", { agent });
  expect(doomed.seen.requests).toBeGreaterThan(0);
  doomed.crash();
  for (let i = 0; i < 20; i += 1) {
    expect(await ask(balancer, "/", { agent })).toMatchObject({ status: 200, body: "hi" });
  }
});
