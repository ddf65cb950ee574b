import { once } from "node:events";
import type { Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import {
  balancerOf,
  deadline,
  startRawTask,
  startTask,
  type Task,
  until,
  Wire,
} from "./proxy.fixture.ts";

async function echoTask(): Promise<Task> {
  const task = await startTask((_, response) => response.end());
  const sockets = new WebSocketServer({ server: task.server });
  sockets.on("connection", (socket) =>
    socket.on("message", (message, isBinary) => socket.send(message, { binary: isBinary })),
  );
  onTestFinished(() => sockets.close());
  return task;
}

const ASK = [
  "GET /chat HTTP/1.1",
  "Host: a",
  "Connection: Upgrade",
  "Upgrade: chat",
  "Sec-Key: k",
  "",
  "",
];

/** A task that agrees to any upgrade and hands over the socket. */
function agreeing(upgraded: (socket: Socket, asked: string) => void) {
  return startRawTask((socket, asked) => {
    socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\nX-Agreed: yes\r\n\r\n",
    );
    upgraded(socket, asked);
  });
}

it("a WebSocket passes, counts as open while it lasts, and closes on both legs", async () => {
  const task = await echoTask();
  const balancer = await balancerOf([task]);
  const socket = new WebSocket(`ws://127.0.0.1:${balancer.port}/`);
  await once(socket, "open", deadline());
  socket.send("hello");
  expect(String((await once(socket, "message", deadline()))[0])).toBe("hello");
  const large = Buffer.alloc(5_000_000, 7);
  socket.send(large);
  const [echo] = await once(socket, "message", deadline());
  expect(large.equals(echo)).toBe(true);
  expect(balancer.requests()).toEqual({ total: 1, open: 1 });
  expect(balancer.targets()).toMatchObject([{ open: 1 }]);
  socket.close(1000, "done");
  expect((await once(socket, "close", deadline()))[0]).toBe(1000);
  await until(() => balancer.requests().open === 0, "no open request");
  await until(() => balancer.targets()[0]?.open === 0, "nothing open on the task");
});

it("any protocol is tunnelled, with what was sent before the answer", async () => {
  let seen = "";
  const task = await agreeing((socket, asked) => {
    seen = asked;
    socket.write("greeting ");
    socket.on("data", (chunk) => socket.write(chunk));
  });
  const wire = await Wire.to(await balancerOf([task]));
  wire.send(...ASK, "early");
  await wire.receives("\r\n\r\ngreeting ");
  await wire.receives("early");
  expect(wire.received).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
  expect(wire.received).toContain("X-Agreed: yes\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
  expect(seen).toMatch(/^GET \/chat HTTP\/1\.1\r\n/);
  expect(seen).toMatch(/connection: upgrade\r\nupgrade: chat\r\n/i);
  expect(seen).toContain("Sec-Key: k\r\n");
});

it("the client's end leaves the other direction open", async () => {
  let taskSaw = "";
  let answer: (() => void) | undefined;
  const task = await agreeing((socket) => {
    socket.allowHalfOpen = true;
    socket.on("data", (chunk) => {
      taskSaw += chunk;
    });
    socket.on("end", () => {
      answer = () => socket.end("the answer to all of it");
    });
  });
  const balancer = await balancerOf([task]);
  const wire = await Wire.to(balancer);
  wire.send(...ASK);
  await wire.receives("101");
  wire.socket.end("all of it");
  await until(() => answer !== undefined, "the client's end at the task");
  expect([taskSaw, wire.ended]).toEqual(["all of it", false]);
  answer?.();
  expect(await wire.ends()).toMatch(/the answer to all of it$/);
  await until(() => balancer.requests().open === 0, "no open request");
});

it("the task's end leaves the other direction open", async () => {
  let taskSaw = "";
  const task = await agreeing((socket) => {
    socket.allowHalfOpen = true;
    socket.end("all of it");
    socket.on("data", (chunk) => {
      taskSaw += chunk;
    });
  });
  const balancer = await balancerOf([task]);
  const wire = await Wire.to(balancer);
  wire.send(...ASK);
  expect(await wire.ends()).toMatch(/all of it$/);
  wire.send("one ");
  await until(() => taskSaw === "one ", "what the client sends after the task's end");
  wire.socket.end("two");
  await until(() => taskSaw === "one two", "all that the client sends");
  await until(() => balancer.requests().open === 0, "no open request");
});

it("a client that breaks off ends the task's side, and a task that breaks off the client's", async () => {
  const ends: string[] = [];
  const task = await agreeing((socket) => socket.on("close", () => ends.push("closed")));
  const balancer = await balancerOf([task]);
  const first = await Wire.to(balancer);
  first.send(...ASK);
  await first.receives("101");
  first.socket.resetAndDestroy();
  await until(() => ends.length === 1, "the end at the task");

  const breaking = await agreeing((socket) => socket.resetAndDestroy());
  const second = await Wire.to(await balancerOf([breaking]));
  second.send(...ASK);
  await second.ends();
});

it("a refusal is an ordinary response, however long, and the connection closes after it", async () => {
  const body = "no ".repeat(1_000_000);
  const task = await startRawTask((socket) => {
    socket.write(`HTTP/1.1 426 Upgrade Required\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  });
  const balancer = await balancerOf([task]);
  const wire = await Wire.to(balancer);
  wire.send(...ASK);
  const received = await wire.ends();
  expect(received).toMatch(/^HTTP\/1\.1 426 Upgrade Required\r\n/);
  expect(received.endsWith(body)).toBe(true);
  await until(() => balancer.requests().open === 0, "no open request");
});

it("an upgrade that no task can take is told so", async () => {
  const wire = await Wire.to(await balancerOf([]));
  wire.send(...ASK);
  const received = await wire.ends();
  expect(received).toMatch(/^HTTP\/1\.1 503 /);
  expect(received).toContain("x-verdigris-error: no_task");
});

it("a request with a body can't be upgraded", async () => {
  const wire = await Wire.to(await balancerOf([]));
  wire.send("POST / HTTP/1.1", "Host: a", "Connection: Upgrade", "Upgrade: h2c");
  wire.send("", "Content-Length: 2", "", "hi");
  expect(await wire.ends()).toMatch(/^HTTP\/1\.1 400 [\s\S]*x-verdigris-error: bad_request/);
});

it("an upgrade pipelined behind a request that is being answered ends that connection and no other", async () => {
  const task = await startTask(() => undefined);
  const balancer = await balancerOf([task]);
  const other = await Wire.to(balancer);
  other.send("GET /other HTTP/1.1", "Host: a", "", "");
  const wire = await Wire.to(balancer);
  wire.send("GET /first HTTP/1.1", "Host: a", "", ...ASK);
  expect(await wire.ends()).toBe("");
  await until(() => balancer.requests().open === 1, "the other request alone");
  expect(other.closed).toBe(false);
});
