import { once } from "node:events";
import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import {
  type AskOptions,
  ask,
  deadline,
  keepAliveAgent,
  refusingTarget,
  startTask,
  textTask,
  until,
} from "../balancer/proxy.fixture.ts";
import { type DnsReply, startDns, type TestDns } from "./dns.fixture.ts";
import { type Gateway, type GatewayOptions, startGateway } from "./gateway.ts";

function portsOf(sides: Readonly<Record<string, { readonly port: number }>>) {
  return (address: string) => sides[address]?.port ?? 1;
}

async function gatewayOf(
  dns: TestDns,
  portOf: GatewayOptions["portOf"],
  options: Partial<GatewayOptions> = {},
): Promise<Gateway & { readonly address: string }> {
  const gateway = await startGateway({ port: 0, dns, portOf, ...options });
  onTestFinished(() => gateway.close(0));
  return { ...gateway, address: "127.0.0.1" };
}

function visit(
  gateway: Gateway & { readonly address: string },
  host: string,
  more: AskOptions = {},
) {
  return ask(gateway, "/", { ...more, headers: { ...more.headers, Host: host } });
}

const at = (address: string, ttl = 60): DnsReply => ({ addresses: [address], ttl });

describe("a visitor", () => {
  it("is taken to where the DNS says its host is", async () => {
    let seen: object = {};
    const blue = await startTask((incoming, response) => {
      seen = incoming.headers;
      response.end("blue");
    });
    const dns = await startDns(() => at("127.0.0.1"));
    const gateway = await gatewayOf(dns, () => blue.port);
    const host = `rainbow.localhost:${gateway.port}`;
    expect(await visit(gateway, host)).toMatchObject({ status: 200, body: "blue" });
    expect(dns.asked).toEqual(["udp rainbow.test"]);
    expect(seen).toMatchObject({
      host,
      "x-forwarded-host": host,
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-port": `${gateway.port}`,
    });
  });

  it("moves when the TTL runs out and not before, on one kept-alive connection", async () => {
    let ms = 0;
    const blue = await textTask("blue", "127.0.0.2");
    const green = await textTask("green", "127.0.0.3");
    const dns = await startDns(() => at("127.0.0.2"));
    const sides = { "127.0.0.2": blue, "127.0.0.3": green };
    const gateway = await gatewayOf(dns, portsOf(sides), { now: () => ms });
    const agent = keepAliveAgent();
    const body = async () => (await visit(gateway, "rainbow.test", { agent })).body;
    expect(await body()).toBe("blue");
    dns.reply = () => at("127.0.0.3");
    ms = 59_999;
    expect(await body()).toBe("blue");
    ms = 60_000;
    expect(await body()).toBe("green");
    expect(await body()).toBe("green");
    expect(dns.asked.length).toBe(2);
    expect([blue.seen, green.seen]).toEqual([
      { connections: 1, requests: 2 },
      { connections: 1, requests: 2 },
    ]);
  });

  it("that is being served when the TTL runs out is served to the end where it was", async () => {
    let ms = 0;
    let finish: () => void = () => undefined;
    const blue = await startTask((_, response) => {
      response.write("half ");
      finish = () => response.end("whole");
    }, "127.0.0.2");
    const green = await textTask("green", "127.0.0.3");
    const dns = await startDns(() => at("127.0.0.2"));
    const sides = { "127.0.0.2": blue, "127.0.0.3": green };
    const gateway = await gatewayOf(dns, portsOf(sides), { now: () => ms });
    const late = visit(gateway, "rainbow.test");
    await until(() => blue.seen.requests === 1, "the request at blue");
    dns.reply = () => at("127.0.0.3");
    ms = 60_000;
    expect(await visit(gateway, "rainbow.test")).toMatchObject({ body: "green" });
    finish();
    expect(await late).toMatchObject({ body: "half whole" });
  });

  it("never fails while its side changes at every TTL under load", async () => {
    let ms = 0;
    const echoAt = (host: string) =>
      startTask((incoming, response) => incoming.pipe(response), host);
    const sides = {
      "127.0.0.2": await echoAt("127.0.0.2"),
      "127.0.0.3": await echoAt("127.0.0.3"),
    };
    const dns = await startDns(() => at("127.0.0.2"));
    const gateway = await gatewayOf(dns, portsOf(sides), { now: () => ms });
    let answered = 0;
    const failed: unknown[] = [];
    let running = true;
    const client = async () => {
      const agent = keepAliveAgent();
      while (running) {
        const options = { agent, method: "POST", body: "x".repeat(5_000) };
        const answer = await visit(gateway, "rainbow.test", options).catch(String);
        if (typeof answer !== "string" && answer.body === options.body) answered += 1;
        else failed.push(answer);
      }
    };
    const clients = [client(), client(), client(), client()];
    for (let flip = 0; flip < 20; flip += 1) {
      const address = flip % 2 === 0 ? "127.0.0.3" : "127.0.0.2";
      dns.reply = () => at(address);
      ms += 60_000;
      const before = sides[address].seen.requests;
      const moved = () => sides[address].seen.requests >= before + 8;
      await until(() => moved() || failed.length > 0, "requests at the other side");
    }
    running = false;
    await Promise.all(clients);
    expect(failed).toEqual([]);
    expect(answered).toBeGreaterThan(100);
  });

  it("with a WebSocket is taken along", async () => {
    const blue = await textTask("blue");
    const sockets = new WebSocketServer({ server: blue.server });
    sockets.on("connection", (socket) => socket.on("message", (text) => socket.send(`${text}!`)));
    onTestFinished(() => sockets.close());
    const dns = await startDns(() => at("127.0.0.1"));
    const gateway = await gatewayOf(dns, () => blue.port);
    const headers = { Host: "rainbow.localhost" };
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/`, { headers });
    await once(socket, "open", deadline());
    socket.send("hello");
    expect(String((await once(socket, "message", deadline()))[0])).toBe("hello!");
    socket.close();
    await once(socket, "close", deadline());
  });

  it("of a known zone below localhost reaches the name in that zone", async () => {
    const dns = await startDns(() => at("127.0.0.1"));
    const blue = await textTask("blue");
    const isKnownName = (name: string) => name.endsWith(".example.com");
    const gateway = await gatewayOf(dns, () => blue.port, { isKnownName });
    await visit(gateway, "rainbow.example.com.localhost");
    expect(dns.asked).toEqual(["udp rainbow.example.com"]);
  });

  it("goes to the next address of an answer when the first refuses", async () => {
    const blue = await textTask("blue", "127.0.0.3");
    const gone = await refusingTarget("gone");
    const dns = await startDns(() => ({ addresses: [gone.host, "127.0.0.3"], ttl: 60 }));
    const gateway = await gatewayOf(dns, portsOf({ [gone.host]: gone, "127.0.0.3": blue }));
    const options = { method: "POST", body: "whole" };
    expect(await visit(gateway, "rainbow.test", options)).toMatchObject({ body: "blue" });
  });
});

describe("a visitor who can't be served is told why", () => {
  const known = { knownNames: () => ["rainbow.test", "rainbow.example.com"] };

  it("404 with the names there are, when the DNS does not know the host", async () => {
    const dns = await startDns(() => "NXDOMAIN");
    const gateway = await gatewayOf(dns, () => 1, known);
    const answer = await visit(gateway, "rianbow.localhost");
    expect(answer).toMatchObject({ status: 404, headers: { "x-verdigris-error": "unknown_host" } });
    expect(answer.body).toContain("gateway: the DNS server has no address for rianbow.test");
    expect(answer.body).toContain(`http://rainbow.localhost:${gateway.port}  (rainbow.test)`);
    expect(answer.body).toContain(`http://rainbow.example.com.localhost:${gateway.port}`);
  });

  it("a refusal in place of another server's page, whatever the address is written like", async () => {
    let visits = 0;
    const outside = await startTask((_, response) => {
      visits += 1;
      response.end("outside");
    });
    const dns = await startDns(() => "REFUSED");
    const gateway = await gatewayOf(dns, () => outside.port, known);
    const { port } = outside;
    for (const [host, error] of [
      [`127.0.0.1:${port}`, "no_name"],
      ["example.com", "unknown_host"],
    ] as const) {
      const refused = (status: number, code: string) => ({
        status,
        headers: { "x-verdigris-error": code },
      });
      expect(await visit(gateway, host)).toMatchObject(refused(404, error));
      const inFull = await ask(gateway, `http://${host}/`, { headers: { Host: host } });
      expect(inFull).toMatchObject(refused(400, "bad_request"));
    }
    const tunnel = request({
      host: gateway.address,
      port: gateway.port,
      method: "CONNECT",
      path: `127.0.0.1:${port}`,
      agent: false,
    });
    tunnel.end();
    await expect(once(tunnel, "connect", deadline())).rejects.toThrow("socket hang up");
    expect(visits).toBe(0);
  });

  it.each(["localhost", "127.0.0.1", "[::1]"])("404 with the names there are: %s", async (host) => {
    const dns = await startDns(() => "NXDOMAIN");
    const answer = await visit(await gatewayOf(dns, () => 1, known), host);
    expect(answer).toMatchObject({ status: 404, headers: { "x-verdigris-error": "no_name" } });
    expect(answer.body).toContain("(rainbow.test)");
    expect(dns.asked).toEqual([]);
  });

  it("502 when the DNS fails, and not by an answer that has expired", async () => {
    let ms = 0;
    const blue = await textTask("blue");
    const dns = await startDns(() => at("127.0.0.1"));
    const gateway = await gatewayOf(dns, () => blue.port, { now: () => ms });
    expect(await visit(gateway, "rainbow.test")).toMatchObject({ status: 200 });
    dns.reply = () => "SERVFAIL";
    expect(await visit(gateway, "rainbow.test")).toMatchObject({ status: 200 });
    ms = 60_000;
    expect(await visit(gateway, "rainbow.test")).toMatchObject({
      status: 502,
      headers: { "x-verdigris-error": "dns_failed" },
    });
    dns.reply = () => at("127.0.0.1");
    expect(await visit(gateway, "rainbow.test")).toMatchObject({ status: 200 });
  });

  it("502 while the side's load balancer is away", async () => {
    const gone = await refusingTarget("gone");
    const dns = await startDns(() => at(gone.host));
    const gateway = await gatewayOf(dns, () => gone.port);
    const answer = await visit(gateway, "rainbow.test", { method: "POST", body: "x" });
    expect(answer).toMatchObject({
      status: 502,
      headers: { "x-verdigris-error": "connect_failed" },
      body: `gateway: no connection to ${gone.host}:${gone.port}: ECONNREFUSED\n`,
    });
  });

  it("502 when the name leads back to the gateway", async () => {
    const dns = await startDns(() => at("127.0.0.1"));
    const gateway = await gatewayOf(dns, () => gateway.port);
    expect(await visit(gateway, "rainbow.test")).toMatchObject({
      status: 502,
      headers: { "x-verdigris-error": "loop" },
    });
  });

  it("a POST that may have been seen is not sent again", async () => {
    const blue = await startTask((incoming) => incoming.socket.destroy());
    const dns = await startDns(() => at("127.0.0.1"));
    const gateway = await gatewayOf(dns, () => blue.port);
    expect(await visit(gateway, "rainbow.test", { method: "POST" })).toMatchObject({
      status: 502,
      headers: { "x-verdigris-error": "upstream_closed" },
    });
    expect(blue.seen.requests).toBe(1);
  });
});

describe("listening", () => {
  const hasIpv6 = Object.values(networkInterfaces())
    .flat()
    .some((one) => one?.address === "::1");

  it("is on 127.0.0.1 and, where the machine has it, ::1, on one port", async () => {
    const blue = await textTask("blue");
    const dns = await startDns(() => at("127.0.0.1"));
    const gateway = await gatewayOf(dns, () => blue.port);
    expect(gateway.addresses).toEqual(hasIpv6 ? ["127.0.0.1", "::1"] : ["127.0.0.1"]);
    for (const address of gateway.addresses) {
      expect(await visit({ ...gateway, address }, "rainbow.test")).toMatchObject({ body: "blue" });
    }
  });

  it("leaves out a further address that the machine lacks, and needs the first", async () => {
    const dns = await startDns(() => "NXDOMAIN");
    const lacking = "192.0.2.1";
    const gateway = await gatewayOf(dns, () => 1, { addresses: ["127.0.0.1", lacking] });
    expect(gateway.addresses).toEqual(["127.0.0.1"]);
    const start = startGateway({ port: 0, dns, portOf: () => 1, addresses: [lacking] });
    await expect(start).rejects.toThrow("gateway can't listen on 192.0.2.1");
  });

  it("starts nothing when a further address is taken", async () => {
    const dns = await startDns(() => "NXDOMAIN");
    const other = await gatewayOf(dns, () => 1, { addresses: ["127.0.0.2"] });
    const { port } = other;
    const addresses = ["127.0.0.3", "127.0.0.2"] as const;
    const start = startGateway({ port, dns, portOf: () => 1, addresses });
    await expect(start).rejects.toMatchObject({ address: "127.0.0.2", port });
    await gatewayOf(dns, () => 1, { port, addresses: ["127.0.0.3"] });
  });
});
