import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import {
  ask,
  balancerOf,
  deadline,
  keepAliveAgent,
  startTask,
  type Task,
  textTask,
  until,
  Wire,
} from "./proxy.fixture.ts";

const LONG_MS = 60_000;

/** A task whose requests end when told to. */
async function holdingTask(): Promise<Task & { readonly finish: (text: string) => void }> {
  const open: ((text: string) => void)[] = [];
  const task = await startTask((_, response) => {
    open.push((text) => response.end(text));
  });
  const finish = (text: string) => {
    for (const end of open.splice(0)) end(text);
  };
  return { ...task, finish };
}

/** Whether the promise has settled by the time everything now due has run. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  const turn = new Promise<false>((resolve) => setImmediate(() => resolve(false)));
  return Promise.race([promise.then(() => true), turn]);
}

describe("a target that is removed", () => {
  it("gets no new request, finishes those it has, and only then is gone", async () => {
    const old = await holdingTask();
    const balancer = await balancerOf([old]);
    const late = ask(balancer, "/");
    await until(() => old.seen.requests === 1, "the request at the old task");
    const fresh = await textTask("new");
    balancer.add(fresh);
    const removed = balancer.remove(old.id, LONG_MS);
    for (let i = 0; i < 5; i += 1) expect(await ask(balancer, "/")).toMatchObject({ body: "new" });
    expect(old.seen.requests).toBe(1);
    expect(await settled(removed)).toBe(false);
    old.finish("old");
    expect(await late).toMatchObject({ body: "old" });
    await removed;
    expect(balancer.targets().map(({ id }) => id)).toEqual([fresh.id]);
  });

  it("is let go at once when nothing is open, its idle connections too", async () => {
    const task = await textTask("hi");
    task.server.keepAliveTimeout = 0;
    const balancer = await balancerOf([task], { limits: { upstreamKeepAliveMs: LONG_MS } });
    await ask(balancer, "/");
    await balancer.remove(task.id, LONG_MS);
    const open = () =>
      new Promise<number>((resolve) => task.server.getConnections((_, count) => resolve(count)));
    let count = await open();
    await until(() => {
      void open().then((now) => {
        count = now;
      });
      return count === 0;
    }, "no connection to the task");
    expect(await ask(balancer, "/")).toMatchObject({ status: 503 });
  });

  it("has what is still open cut at the deadline: 503 before a response, a reset after", async () => {
    const task = await startTask((incoming, response) => {
      if (incoming.url === "/begun") response.write("half");
    });
    const balancer = await balancerOf([task]);
    const waiting = ask(balancer, "/waiting");
    const begun = await Wire.to(balancer);
    begun.send("GET /begun HTTP/1.1", "Host: a", "", "");
    await begun.receives("half");
    await until(() => task.seen.requests === 2, "both requests at the task");
    await balancer.remove(task.id, 10);
    expect(await waiting).toMatchObject({
      status: 503,
      headers: { "x-verdigris-error": "drain_deadline" },
    });
    await begun.ends();
    expect(begun.received).not.toMatch(/\r\n0\r\n\r\n$/);
  });

  it("keeps a WebSocket until it ends or the deadline cuts it", async () => {
    const task = await textTask("hi");
    const sockets = new WebSocketServer({ server: task.server });
    const balancer = await balancerOf([task]);
    const open = async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${balancer.port}/`);
      await once(socket, "open", deadline());
      return socket;
    };
    const ending = await open();
    const staying = await open();
    const removed = balancer.remove(task.id, LONG_MS);
    ending.close(1000);
    expect((await once(ending, "close", deadline()))[0]).toBe(1000);
    expect(staying.readyState).toBe(WebSocket.OPEN);
    const cut = once(staying, "close", deadline());
    await balancer.remove(task.id, 10);
    expect((await cut)[0]).toBe(1006);
    await removed;
    sockets.close();
  });

  it("can be asked for again: the earlier deadline counts, and both callers are told", async () => {
    const task = await holdingTask();
    const balancer = await balancerOf([task]);
    const cut = ask(balancer, "/");
    await until(() => task.seen.requests === 1, "the request at the task");
    const first = balancer.remove(task.id, LONG_MS);
    const second = balancer.remove(task.id, 10);
    expect(await cut).toMatchObject({ status: 503 });
    await Promise.all([first, second]);
  });

  it("that nobody knows is gone already", async () => {
    await (await balancerOf([])).remove("nobody", LONG_MS);
  });
});

it("an id that is added twice is one target, and may come back after it was removed", async () => {
  const task = await textTask("hi");
  const balancer = await balancerOf([task, task]);
  expect(balancer.targets().length).toBe(1);
  await balancer.remove(task.id, 0);
  balancer.add(task);
  expect(await ask(balancer, "/")).toMatchObject({ body: "hi" });
});

it("twenty swaps of targets under constant load fail no request", async () => {
  const startOne = () =>
    startTask((incoming, response) => {
      if (incoming.method === "POST") incoming.pipe(response);
      else response.end("hi");
    });
  let current = [await startOne(), await startOne()];
  const balancer = await balancerOf(current);
  let running = true;
  const failed: unknown[] = [];
  let answered = 0;
  const client = async (method: string) => {
    const agent = keepAliveAgent();
    const body = method === "POST" ? { body: "x".repeat(20_000) } : {};
    while (running) {
      const answer = await ask(balancer, "/", { agent, method, ...body }).catch(String);
      if (typeof answer === "string" || answer.status !== 200) failed.push(answer);
      else answered += 1;
    }
  };
  const clients = ["GET", "POST", "GET", "POST", "GET", "GET", "GET", "POST"].map(client);
  for (let swap = 0; swap < 20; swap += 1) {
    const next = [await startOne(), await startOne()];
    for (const task of next) balancer.add(task);
    await Promise.all(current.map(({ id }) => balancer.remove(id, LONG_MS)));
    for (const task of current) task.crash();
    current = next;
    const before = answered;
    await until(() => answered >= before + 20 || failed.length > 0, "more answers");
  }
  running = false;
  await Promise.all(clients);
  expect(failed).toEqual([]);
  expect(balancer.requests()).toEqual({ total: answered, open: 0 });
});

describe("closing", () => {
  it("finishes what is open, tells clients to leave, and lets go of the idle ones", async () => {
    const task = await holdingTask();
    const balancer = await balancerOf([task]);
    const idle = await Wire.to(balancer);
    const agent = keepAliveAgent();
    const late = ask(balancer, "/", { agent });
    await until(() => task.seen.requests === 1, "the request at the task");
    const closed = balancer.close(LONG_MS);
    await idle.ends();
    expect(await settled(closed)).toBe(false);
    await expect(Wire.to(balancer)).rejects.toThrow("ECONNREFUSED");
    task.finish("whole");
    expect(await late).toMatchObject({ body: "whole", headers: { connection: "close" } });
    await closed;
  });

  it("ends a response that had promised to keep the connection, and then the connection", async () => {
    let finish: () => void = () => undefined;
    const task = await startTask((_, response) => {
      response.write("half ");
      finish = () => response.end("whole");
    });
    const balancer = await balancerOf([task]);
    const wire = await Wire.to(balancer);
    wire.send("GET / HTTP/1.1", "Host: a", "", "");
    await wire.receives("half ");
    const closed = balancer.close(LONG_MS);
    finish();
    await closed;
    expect(await wire.ends()).toMatch(/whole\r\n0\r\n\r\n$/);
  });

  it("cuts what is open at the deadline, tunnels too, and may be asked for twice", async () => {
    const task = await holdingTask();
    const sockets = new WebSocketServer({ server: task.server });
    const balancer = await balancerOf([task]);
    const socket = new WebSocket(`ws://127.0.0.1:${balancer.port}/`);
    await once(socket, "open", deadline());
    const cut = ask(balancer, "/");
    const failed = expect(cut).rejects.toThrow(/hang up|ECONNRESET/);
    await until(() => task.seen.requests === 1, "the request at the task");
    await Promise.all([balancer.close(10), balancer.close(LONG_MS)]);
    await failed;
    await until(() => socket.readyState === WebSocket.CLOSED, "the WebSocket's end");
    expect(balancer.requests().open).toBe(0);
    sockets.close();
  });
});
