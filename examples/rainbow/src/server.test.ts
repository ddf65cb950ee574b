import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const agent = new Agent({ keepAlive: true });
after(() => agent.destroy());

test("SIGTERM ends the process with 0 while a client keeps its connection open", {
  timeout: 30_000,
}, async () => {
  const server = await start();
  const response = await request(server.port);
  assert.equal(response.statusCode, 200);

  server.child.kill("SIGTERM");

  assert.deepEqual(await server.ended, [0, null]);
});

test("a request that was begun before SIGTERM is answered", { timeout: 30_000 }, async () => {
  const server = await start();
  const slow = connect(server.port, "127.0.0.1");
  slow.setEncoding("utf8").write("GET /health HTTP/1.1\r\nHost: rainbow\r\n");
  await request(server.port);

  server.child.kill("SIGTERM");
  await server.says("finishing");
  slow.write("\r\n");

  const answer = (await slow.toArray()).join("");
  assert.match(answer, /^HTTP\/1.1 200 OK\r\n/);
  assert.match(answer, /\r\nconnection: close\r\n/i);
  assert.deepEqual(await server.ended, [0, null]);
});

async function start() {
  const child = spawn(process.execPath, [fileURLToPath(new URL("./server.js", import.meta.url))], {
    env: { ...process.env, PORT: "0", HOST: "127.0.0.1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  after(() => child.kill("SIGKILL"));
  const ended = once(child, "exit");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const says = async (text: string): Promise<string> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`the server ended before it said ${text}`);
      if (value.includes(text)) return value;
    }
  };
  const port = Number(/port: (\d+)/.exec(await says("listening"))?.[1]);
  return { child, ended, port, says };
}

async function request(port: number): Promise<IncomingMessage> {
  const [response] = await once(get({ port, path: "/api/info", agent }), "response");
  response.resume();
  await once(response, "end");
  return response;
}
