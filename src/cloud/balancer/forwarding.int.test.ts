import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { describe, expect, it } from "vitest";
import {
  ask,
  balancerOf,
  deadline,
  keepAliveAgent,
  startRawTask,
  startTask,
  textOf,
  textTask,
  until,
  Wire,
} from "./proxy.fixture.ts";

describe("the headers of a request", () => {
  it("reach the task in the client's case, with the hop-by-hop ones gone", async () => {
    let seen: string[] = [];
    const task = await startTask((incoming, response) => {
      seen = incoming.rawHeaders;
      response.end();
    });
    const balancer = await balancerOf([task]);
    const wire = await Wire.to(balancer);
    wire.send(
      "GET / HTTP/1.1",
      "Host: rainbow.test:8080",
      "X-CaSe: kept",
      "x-twice: 1",
      "x-twice: 2",
      "Connection: keep-alive, X-Secret, Host",
      "X-Secret: 1",
      "Keep-Alive: timeout=5",
      "Proxy-Connection: keep-alive",
      "TE: trailers",
      "",
      "",
    );
    await wire.receives("200 OK");
    const text = seen.join("\n");
    expect(text).toContain("X-CaSe\nkept\nx-twice\n1\nx-twice\n2");
    expect(text).toContain("host\nrainbow.test:8080");
    expect(text).not.toMatch(/secret|keep-alive: timeout|proxy-connection|^te$/im);
  });

  it("tell the task who asked, by which host, port and protocol", async () => {
    let seen: IncomingMessage["headers"] = {};
    const task = await startTask((incoming, response) => {
      seen = incoming.headers;
      response.end();
    });
    const balancer = await balancerOf([task]);
    await ask(balancer, "/", {
      headers: {
        Host: "rainbow.test",
        "X-Forwarded-For": "192.0.2.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.test",
      },
    });
    expect(seen).toMatchObject({
      host: "rainbow.test",
      "x-forwarded-for": "192.0.2.7, 127.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-host": "rainbow.test",
      "x-forwarded-port": `${balancer.port}`,
    });
  });
});

describe("a response", () => {
  it("keeps its status line, duplicate fields and their case, and loses the hop-by-hop ones", async () => {
    const task = await startRawTask((socket) => {
      socket.write(
        "HTTP/1.1 299 Very Fine\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nX-CaSe: kept\r\n" +
          "Connection: X-Hop\r\nX-Hop: 1\r\nContent-Length: 2\r\n\r\nok",
      );
    });
    const balancer = await balancerOf([task]);
    const wire = await Wire.to(balancer);
    wire.send("GET / HTTP/1.1", "Host: a", "", "");
    await wire.receives("\r\n\r\nok");
    expect(wire.received).toMatch(/^HTTP\/1\.1 299 Very Fine\r\n/);
    expect(wire.received).toContain("Set-Cookie: a=1\r\nset-cookie: b=2\r\nX-CaSe: kept\r\n");
    expect(wire.received).not.toMatch(/x-hop/i);
  });

  it("to HEAD has the length and no body, and the connections are kept", async () => {
    const task = await startTask((_, response) => {
      response.setHeader("Content-Length", 5).end("hello");
    });
    const balancer = await balancerOf([task]);
    const agent = keepAliveAgent();
    const head = await ask(balancer, "/", { agent, method: "HEAD" });
    const get = await ask(balancer, "/", { agent });
    expect(head).toMatchObject({ status: 200, headers: { "content-length": "5" }, body: "" });
    expect(get.body).toBe("hello");
    expect(task.seen).toEqual({ connections: 1, requests: 2 });
  });

  it.each([204, 304])("of %i passes, also with a Content-Length", async (status) => {
    const task = await startTask((incoming, response) => {
      if (incoming.url === "/length") response.setHeader("Content-Length", "5");
      response.writeHead(incoming.url === "/after" ? 200 : status).end();
    });
    const balancer = await balancerOf([task]);
    const agent = keepAliveAgent();
    for (const path of ["/plain", ...(status === 304 ? ["/length"] : [])]) {
      expect(await ask(balancer, path, { agent })).toMatchObject({ status, body: "" });
    }
    expect(await ask(balancer, "/after", { agent })).toMatchObject({ status: 200 });
  });

  it("that follows 103 Early Hints is the one the client gets", async () => {
    const task = await startTask((_, response) => {
      response.writeEarlyHints({ link: "</a.css>; rel=preload" });
      response.end("whole");
    });
    expect(await ask(await balancerOf([task]), "/")).toMatchObject({ status: 200, body: "whole" });
  });

  it("of unknown length is ended by the close for an HTTP/1.0 client", async () => {
    const task = await startTask((_, response) => {
      response.write("one ");
      response.end("two");
    });
    const wire = await Wire.to(await balancerOf([task]));
    wire.send("GET / HTTP/1.0", "", "");
    expect(await wire.ends()).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*\r\n\r\none two$/);
    expect(wire.received).not.toMatch(/transfer-encoding/i);
  });

  it("is passed on piece by piece, its header section first", async () => {
    let say: (text: string) => void = () => undefined;
    const task = await startTask((_, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" }).flushHeaders();
      say = (text) => response.write(text);
    });
    const wire = await Wire.to(await balancerOf([task]));
    wire.send("GET / HTTP/1.1", "Host: a", "", "");
    await wire.receives("text/event-stream");
    say("data: 1\n\n");
    await wire.receives("data: 1\n\n");
    say("data: 2\n\n");
    await wire.receives("data: 2\n\n");
  });
});

describe("the body of a request", () => {
  it("reaches the task piece by piece", async () => {
    let got = "";
    const task = await startTask((incoming, response) => {
      incoming.on("data", (chunk) => {
        got += chunk;
      });
      incoming.on("end", () => response.end(got));
    });
    const balancer = await balancerOf([task]);
    const sent = request({ host: "127.0.0.1", port: balancer.port, method: "POST", agent: false });
    const answered = once(sent, "response", deadline());
    sent.write("one ");
    await until(() => got === "one ", "the first piece at the task");
    sent.end("two");
    const [response] = (await answered) as [IncomingMessage];
    expect(await textOf(response)).toBe("one two");
  });

  it("is sent by a client that waits for 100 Continue", async () => {
    const task = await startTask(async (incoming, response) => {
      response.end(`${incoming.headers.expect}:${await textOf(incoming)}`);
    });
    const wire = await Wire.to(await balancerOf([task]));
    wire.send("PUT / HTTP/1.1", "Host: a", "Expect: 100-continue", "Content-Length: 4", "", "");
    await wire.receives("HTTP/1.1 100 Continue\r\n\r\n");
    wire.send("body");
    await wire.receives("undefined:body");
  });

  it("of any method keeps its framing and the connection to the task", async () => {
    const task = await startTask(async (incoming, response) => {
      const { "content-length": length, "transfer-encoding": coding } = incoming.headers;
      response.end(`${incoming.method} ${length} ${coding} ${await textOf(incoming)}`);
    });
    const balancer = await balancerOf([task]);
    const agent = keepAliveAgent();
    const plain = { agent, headers: {} };
    const chunked = { agent, headers: { "Transfer-Encoding": "chunked" } };
    const send = async (method: string, framing: object, body?: string) =>
      (await ask(balancer, "/", { ...framing, method, ...(body ? { body } : {}) })).body;
    expect(await send("POST", { agent, headers: { "Content-Length": 2 } }, "ab")).toBe(
      "POST 2 undefined ab",
    );
    expect(await send("DELETE", chunked, "ab")).toBe("DELETE undefined chunked ab");
    expect(await send("GET", { agent, headers: { "Content-Length": 2 } }, "ab")).toBe(
      "GET 2 undefined ab",
    );
    expect(await send("POST", plain)).toBe("POST 0 undefined ");
    expect(await send("GET", plain)).toBe("GET undefined undefined ");
    expect(task.seen).toEqual({ connections: 1, requests: 5 });
  });

  it("that the task does not wait for is dropped, and the client still gets the answer", async () => {
    const task = await startTask((_, response) => response.writeHead(413).end("too large"));
    const balancer = await balancerOf([task]);
    const wire = await Wire.to(balancer);
    wire.send("POST / HTTP/1.1", "Host: a", "Content-Length: 5000000", "", "first");
    await wire.receives("too large");
    wire.send("x".repeat(5_000_000 - 5));
    wire.send("GET /next HTTP/1.1", "Host: a", "", "");
    await until(() => task.seen.requests === 2, "the next request on the same connection");
  });

  it("that never ends is not read for ever once it was answered", async () => {
    const task = await startTask((_, response) => response.writeHead(413).end("too large"));
    const wire = await Wire.to(await balancerOf([task], { limits: { lingerMs: 300 } }));
    wire.send("POST / HTTP/1.1", "Host: a", "Content-Length: 5000000", "", "first");
    await wire.receives("too large");
    await wire.ends();
  });
});

describe("connections", () => {
  it("are kept alive on both legs", async () => {
    const task = await textTask("hi");
    const balancer = await balancerOf([task]);
    const agent = keepAliveAgent();
    const ports = new Set<number | undefined>();
    for (let i = 0; i < 20; i += 1) {
      const sent = request({ host: "127.0.0.1", port: balancer.port, agent }).end();
      const [response] = (await once(sent, "response", deadline())) as [IncomingMessage];
      await textOf(response);
      ports.add(sent.socket?.localPort);
    }
    expect(ports.size).toBe(1);
    expect(task.seen).toEqual({ connections: 1, requests: 20 });
  });

  it("to a task that closes each after its response are not used again", async () => {
    const task = await startTask((_, response) => {
      response.setHeader("Connection", "close").end("hi");
    });
    const balancer = await balancerOf([task]);
    const agent = keepAliveAgent();
    for (let i = 0; i < 5; i += 1) {
      expect(await ask(balancer, "/", { agent, method: "POST" })).toMatchObject({ body: "hi" });
    }
    expect(task.seen.connections).toBe(5);
  });

  it("whose requests are pipelined get the answers in order", async () => {
    const task = await startTask((incoming, response) => response.end(`<${incoming.url}>`));
    const wire = await Wire.to(await balancerOf([task]));
    wire.send("GET /1 HTTP/1.1", "Host: a", "", "GET /2 HTTP/1.1", "Host: a", "", "");
    await wire.receives("</2>");
    expect(wire.received.indexOf("</1>")).toBeLessThan(wire.received.indexOf("</2>"));
  });

  it("are carried out one after another unless all are safe", async () => {
    const begun: string[] = [];
    const finish: (() => void)[] = [];
    const task = await startTask((incoming, response) => {
      begun.push(`${incoming.method} ${incoming.url}`);
      finish.push(() => response.end());
    });
    const balancer = await balancerOf([task]);
    const wire = await Wire.to(balancer);
    wire.send("GET /1 HTTP/1.1", "Host: a", "", "GET /2 HTTP/1.1", "Host: a", "", "");
    wire.send("POST /3 HTTP/1.1", "Host: a", "Content-Length: 0", "", "");
    wire.send("GET /4 HTTP/1.1", "Host: a", "", "GET /5 HTTP/1.1", "Host: a", "", "");
    await until(() => begun.length === 2, "the safe requests before the first that is not");
    finish[0]?.();
    await wire.receives("200 OK");
    expect(begun.sort()).toEqual(["GET /1", "GET /2"]);
    finish[1]?.();
    await until(() => begun.length === 3, "the request that is not safe");
    expect(begun[2]).toBe("POST /3");
    finish[2]?.();
    await until(() => begun.length === 4, "the first of those behind");
    finish[3]?.();
    await until(() => begun.length === 5, "the last");
    finish[4]?.();
    await until(() => balancer.requests().open === 0, "no open request");
    expect(balancer.requests().total).toBe(5);
  });
});

describe("counts", () => {
  it("go on from the total they are given and follow what is open", async () => {
    let finish: () => void = () => undefined;
    const task = await startTask((_, response) => {
      finish = () => response.end("done");
    });
    const balancer = await balancerOf([task], { requestsTotal: 40 });
    expect(balancer.requests()).toEqual({ total: 40, open: 0 });
    const answer = ask(balancer, "/");
    await until(() => task.seen.requests === 1, "the request at the task");
    expect(balancer.requests()).toEqual({ total: 41, open: 1 });
    expect(balancer.targets()).toMatchObject([{ id: task.id, open: 1 }]);
    finish();
    expect(await answer).toMatchObject({ body: "done" });
    await until(() => balancer.requests().open === 0, "no open request");
    expect(balancer.targets()).toMatchObject([{ id: task.id, open: 0 }]);
  });

  it("fall when clients leave, also those with a pipelined request", async () => {
    const left: boolean[] = [];
    const task = await startTask((_, response) => response.on("close", () => left.push(true)));
    const balancer = await balancerOf([task]);
    const wire = await Wire.to(balancer);
    wire.send("GET /1 HTTP/1.1", "Host: a", "", "GET /2 HTTP/1.1", "Host: a", "", "");
    await until(() => task.seen.requests === 2, "both requests at the task");
    expect(balancer.requests()).toEqual({ total: 2, open: 2 });
    wire.socket.destroy();
    await until(() => balancer.requests().open === 0, "no open request");
    await until(() => left.length === 2, "the task to be told");
  });
});
