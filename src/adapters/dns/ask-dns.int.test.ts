import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode, encode } from "dns-packet";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startDns } from "../../cloud/dns/dns-server.ts";
import { askDns } from "./ask-dns.ts";

let server: Socket;
let asked: number;

beforeEach(async () => {
  asked = 0;
  server = createSocket("udp4").bind(0, "127.0.0.1");
  await once(server, "listening");
});

afterEach(async () => {
  server.close();
});

const host = "127.0.0.1";

/** Answers each packet with what the function makes of it; undefined is silence. */
function answering(response: (query: Buffer, nth: number) => Buffer | undefined): void {
  server.on("message", (query, { port }) => {
    asked += 1;
    const packet = response(query, asked);
    if (packet) server.send(packet, port, host);
  });
}

function answer(query: Buffer, address: string, rcode = 0): Buffer {
  const { id, questions } = decode(query);
  return encode({
    type: "response",
    ...(id !== undefined && { id }),
    flags: rcode,
    ...(questions && { questions }),
    answers: rcode === 0 ? [{ name: "rainbow.test", type: "A", ttl: 7, data: address }] : [],
  });
}

const ask = (...triesMs: number[]) =>
  askDns({ host, port: server.address().port }, "rainbow.test", "A", triesMs);

it("a lost packet is sent again", async () => {
  answering((query, nth) => (nth === 1 ? undefined : answer(query, "127.0.1.1")));
  const told = await ask(50, 20_000);
  expect(told).toMatchObject({ rcode: "NOERROR", values: ["127.0.1.1"], ttlSeconds: 7 });
  expect(told.server).toBe(`${host}:${server.address().port}`);
  expect(asked).toBe(2);
});

it("an answer to another question is not taken", async () => {
  answering((query) => {
    const other = Buffer.from(query);
    other.writeUInt16BE(query.readUInt16BE(0) ^ 1, 0);
    server.send(answer(other, "127.6.6.6"), server.address().port);
    return answer(other, "127.6.6.6");
  });
  expect(await ask(50, 50)).toMatchObject({ rcode: "TIMEOUT", values: [] });
});

it.each([
  [2, "SERVFAIL"],
  [3, "NXDOMAIN"],
  [4, "SERVFAIL"],
  [5, "REFUSED"],
])("rcode %d is told as %s", async (rcode, told) => {
  answering((query) => answer(query, "", rcode));
  expect(await ask(20_000)).toMatchObject({ rcode: told, values: [] });
});

it("where nobody listens it ends", async () => {
  const { port } = server.address();
  server.close();
  server = createSocket("udp4");
  expect(await askDns({ host, port }, "rainbow.test", "A")).toEqual({
    server: `${host}:${port}`,
    rcode: "TIMEOUT",
    values: [],
  });
});

it("an answer too long for UDP is fetched over TCP", async () => {
  const folder = await mkdtemp(join(tmpdir(), "verdigris-ask-"));
  const dns = await startDns({
    host,
    port: 0,
    file: join(folder, "zones.json"),
    isHealthy: () => true,
  });
  const values = Array.from({ length: 100 }, (_, i) => `127.0.1.${i + 1}`);
  const record = { name: "rainbow.test", type: "A", ttlSeconds: 60, values } as const;
  await dns.ensureZone("rainbow.test");
  await dns.apply({ remove: [], add: [record] });
  const told = await askDns(dns, "rainbow.test", "A");
  expect([...told.values].sort()).toEqual([...values].sort());
  await dns.stop();
  await rm(folder, { recursive: true });
});
