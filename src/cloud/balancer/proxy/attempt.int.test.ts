import { once } from "node:events";
import { connect } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { deadline, startTask, until } from "../proxy.fixture.ts";
import { Attempt } from "./attempt.ts";
import type { Exchange } from "./exchange.ts";
import { Front } from "./front.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { Upstream } from "./upstream.ts";

it("a client that left while the connection was being made leaves nothing open", async () => {
  const exchanges: Exchange[] = [];
  const front = await Front.listen({
    proxy: "test",
    address: "127.0.0.1",
    port: 0,
    limits: DEFAULT_LIMITS,
    onExchange: (exchange) => exchanges.push(exchange),
  });
  onTestFinished(() => front.close(0));
  const client = connect(front.port, front.address);
  await once(client, "connect", deadline());
  client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await until(() => exchanges.length === 1, "the request");
  const [exchange] = exchanges;
  if (exchange === undefined) throw new Error("no exchange");
  client.destroy();
  await until(() => exchange.closed, "the client to be gone");

  const task = await startTask(() => undefined);
  const upstream = new Upstream("task", task.host, task.port, DEFAULT_LIMITS);
  new Attempt(exchange, upstream, false, () => undefined).send([]);
  expect(upstream.open).toBe(1);
  await until(() => upstream.open === 0, "nothing open on the task");
  expect(task.seen.requests).toBe(0);
});
