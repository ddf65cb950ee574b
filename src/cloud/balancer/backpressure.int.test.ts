import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import {
  ask,
  balancerOf,
  deadline,
  keepAliveAgent,
  startTask,
  type Task,
  until,
  Wire,
} from "./proxy.fixture.ts";

const KIB = 1_024;
const MIB = 1_024 * KIB;
const SIZES = [16 * KIB, MIB, 50 * MIB];
const CHUNK = Buffer.alloc(64 * KIB, "x");

function bytes(size: number): Readable {
  return Readable.from(
    (function* chunks() {
      for (let left = size; left > 0; left -= CHUNK.length) {
        yield left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK;
      }
    })(),
  );
}

/** Reads a message in small bites with the event loop going round between them. */
async function readSlowly(message: Readable): Promise<number> {
  let read = 0;
  let bite = 0;
  for await (const chunk of message) {
    read += chunk.length;
    bite += chunk.length;
    if (bite < 512 * KIB) continue;
    bite = 0;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return read;
}

function sizedTask(): Promise<Task> {
  return startTask(async (incoming, response) => {
    if (incoming.method === "POST") response.end(`${await readSlowly(incoming)}`);
    else bytes(Number(incoming.headers["x-size"])).pipe(response);
  });
}

describe.each(SIZES)("a body of %i bytes", (size) => {
  it("goes down to slow readers on kept-alive connections", async () => {
    const task = await sizedTask();
    const balancer = await balancerOf([task]);
    const agent = keepAliveAgent();
    for (let turn = 0; turn < 3; turn += 1) {
      const headers = { "X-Size": size };
      const sent = request({ host: "127.0.0.1", port: balancer.port, agent, headers }).end();
      const [response] = (await once(sent, "response", deadline())) as [IncomingMessage];
      expect(await readSlowly(response)).toBe(size);
    }
    expect(task.seen).toEqual({ connections: 1, requests: 3 });
  });

  it("goes up to slow readers on kept-alive connections", async () => {
    const task = await sizedTask();
    const balancer = await balancerOf([task]);
    const agent = keepAliveAgent();
    for (let turn = 0; turn < 3; turn += 1) {
      const sent = request({ host: "127.0.0.1", port: balancer.port, agent, method: "POST" });
      bytes(size).pipe(sent);
      const [response] = (await once(sent, "response", deadline())) as [IncomingMessage];
      expect(Number((await response.toArray()).join(""))).toBe(size);
    }
    expect(task.seen).toEqual({ connections: 1, requests: 3 });
  });
});

/** Writes until the peer takes no more for a while; returns the bytes that it took. */
async function fill(write: (chunk: Buffer) => boolean, drained: Drained): Promise<number> {
  let written = 0;
  for (;;) {
    written += CHUNK.length;
    if (written > 200 * MIB) return written;
    if (!write(CHUNK) && !(await drained())) return written;
  }
}

type Drained = () => Promise<boolean>;

/** Whether the stream drains before it has stood still for 300 ms. */
function drainedBy(stream: NodeJS.EventEmitter): Drained {
  return async () => {
    const patience = AbortSignal.timeout(300);
    await once(stream, "drain", { signal: patience }).catch(() => undefined);
    return !patience.aborted;
  };
}

/** Far above what the sockets of both legs hold, far below what a balancer that hoards would take. */
const BOUND = 40 * MIB;

describe("a reader that stands still", () => {
  it("stops the task, and gets everything when it goes on", async () => {
    let written = 0;
    const task = await startTask(async (_, response) => {
      written = await fill((chunk) => response.write(chunk), drainedBy(response));
      response.end();
    });
    const balancer = await balancerOf([task]);
    const sent = request({ host: "127.0.0.1", port: balancer.port, agent: false }).end();
    const [response] = (await once(sent, "response", deadline())) as [IncomingMessage];
    await until(() => written > 0, "the task to stand still");
    expect(written).toBeLessThan(BOUND);
    let read = 0;
    for await (const chunk of response) read += chunk.length;
    expect(read).toBe(written);
  });

  it("stops the client, and gets everything when it goes on", async () => {
    let incoming: IncomingMessage | undefined;
    const task = await startTask((message, response) => {
      incoming = message;
      message.on("end", () => response.end());
    });
    const balancer = await balancerOf([task]);
    const sent = request({ host: "127.0.0.1", port: balancer.port, method: "POST", agent: false });
    const answered = once(sent, "response", deadline());
    const written = await fill((chunk) => sent.write(chunk), drainedBy(sent));
    expect(written).toBeLessThan(BOUND);
    sent.end();
    let read = 0;
    incoming?.on("data", (chunk) => {
      read += chunk.length;
    });
    const [response] = (await answered) as [IncomingMessage];
    expect([response.statusCode, read]).toEqual([200, written]);
  });

  it("is cut when it stands still for too long, and the task is told", async () => {
    let left = false;
    const task = await startTask(async (_, response) => {
      response.on("close", () => {
        left = true;
      });
      await fill((chunk) => response.write(chunk), drainedBy(response));
    });
    const balancer = await balancerOf([task], { limits: { bodyIdleMs: 500 } });
    const wire = await Wire.to(balancer);
    wire.socket.pause();
    wire.send("GET / HTTP/1.1", "Host: a", "", "");
    await until(() => left, "the task to be told");
    expect(balancer.requests().open).toBe(0);
  });
});

it("many slow readers at once get what they asked for", async () => {
  const task = await sizedTask();
  const balancer = await balancerOf([task]);
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => ask(balancer, "/", { headers: { "X-Size": i * KIB } })),
  );
  expect(answers.map(({ body }) => body.length)).toEqual(answers.map((_, i) => i * KIB));
});
