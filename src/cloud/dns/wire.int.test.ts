import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type DnsServer, startDns, type TcpLimits } from "./dns-server.ts";
import { askUdp, framed, openTcp, over, query, responses, untilClosed } from "./test-client.ts";

let folder: string;
let server: DnsServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dns-wire-"));
});

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

async function start(tcpLimits?: TcpLimits): Promise<void> {
  server = await startDns({
    host: "127.0.0.1",
    port: 0,
    file: join(folder, "zones.json"),
    isHealthy: () => true,
    ...(tcpLimits === undefined ? {} : { tcpLimits }),
  });
  await server.ensureZone("rainbow.test");
  await server.apply({
    remove: [],
    add: [
      { name: "rainbow.test", type: "A", ttlSeconds: 60, values: ["127.0.1.1"] },
      { name: "big.rainbow.test", type: "TXT", ttlSeconds: 0, values: ["x".repeat(30_000)] },
    ],
  });
}

const ids = (decoded: readonly { id?: number | undefined }[]) => decoded.map(({ id }) => id);

describe("a TCP connection", () => {
  test("carries many queries, sent without waiting, and answers each in turn", async () => {
    await start();
    const socket = await openTcp(server);
    const sent = Array.from({ length: 200 }, (_, id) => id);
    socket.write(Buffer.concat(sent.map((id) => framed(query("rainbow.test", "A", { id })))));
    expect(ids(await responses(socket, 200))).toEqual(sent);
    socket.write(framed(query("rainbow.test", "A", { id: 999 })));
    expect(ids(await responses(socket, 1))).toEqual([999]);
    socket.destroy();
  });

  test("may carry a query octet by octet", async () => {
    await start();
    const socket = await openTcp(server);
    socket.setNoDelay(true);
    for (const octet of framed(query("rainbow.test", "A", { id: 5 }))) {
      await new Promise((written) => socket.write(Buffer.of(octet), written));
    }
    expect(ids(await responses(socket, 1))).toEqual([5]);
    socket.destroy();
  });

  test("is answered no faster than the client reads, and in full although it has ended its side", async () => {
    await start();
    const socket = await openTcp(server);
    const queries = Array.from({ length: 1000 }, (_, id) =>
      framed(query("big.rainbow.test", "TXT", { id })),
    );
    socket.end(Buffer.concat(queries));
    await once(socket, "finish");
    for (let round = 0; round < 5; round += 1) await askUdp(server, query("rainbow.test"));
    expect(server.queries).toBeLessThan(1000);
    expect((await untilClosed(socket)).length).toBeGreaterThan(1000 * 30_000);
    expect(server.queries).toBe(1005);
  });

  test.each<[string, Buffer]>([
    ["a length below a header's", Buffer.of(0, 5, 1, 2, 3, 4, 5)],
    ["a length of 0", Buffer.of(0, 0)],
    ["a length beyond any query", Buffer.of(0xff, 0xff)],
    ["text of another protocol", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
    [
      "a response",
      framed(Buffer.concat([Buffer.of(0, 1, 0x80), query("rainbow.test").subarray(3)])),
    ],
  ])("is closed, after what came before is answered, by %s", async (_, garbage) => {
    await start();
    const socket = await openTcp(server);
    socket.write(Buffer.concat([framed(query("rainbow.test", "A", { id: 3 })), garbage]));
    const received = await untilClosed(socket);
    expect(received.readUInt16BE(2)).toBe(3);
    expect(received.length).toBe(2 + received.readUInt16BE(0));
    expect(server.failures.count).toBe(0);
  });

  test("goes on after a malformed query, which is answered with FORMERR", async () => {
    await start();
    const socket = await openTcp(server);
    const malformed = query("rainbow.test", "A", { id: 1 }).subarray(0, 20);
    socket.write(Buffer.concat([framed(malformed), framed(query("rainbow.test", "A", { id: 2 }))]));
    expect(await responses(socket, 2)).toMatchObject([
      { id: 1, rcode: "FORMERR" },
      { id: 2, rcode: "NOERROR" },
    ]);
    socket.destroy();
  });

  test("is closed when no whole query comes in time, however its octets trickle", async () => {
    await start({ maxConnections: 10, idleMs: 40 });
    expect(await untilClosed(await openTcp(server))).toHaveLength(0);
    const slow = await openTcp(server);
    const closed = over(slow);
    slow.write(Buffer.of(0x0f));
    const trickle = setInterval(() => slow.write(Buffer.of(0)), 5);
    await closed.finally(() => clearInterval(trickle));
  });

  test("stays open as long as whole queries come in time", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      await start({ maxConnections: 10, idleMs: 10_000 });
      const socket = await openTcp(server);
      for (let id = 0; id < 3; id += 1) {
        socket.write(framed(query("rainbow.test", "A", { id })));
        expect(ids(await responses(socket, 1))).toEqual([id]);
        vi.advanceTimersByTime(9000);
      }
      const ended = untilClosed(socket);
      vi.advanceTimersByTime(1000);
      expect(await ended).toHaveLength(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test("that the client cuts before it has read its answers disturbs nobody", async () => {
    await start();
    for (let n = 0; n < 5; n += 1) {
      const socket = await openTcp(server);
      socket.write(Buffer.concat(Array(1000).fill(framed(query("big.rainbow.test", "TXT")))));
      await once(socket, "readable");
      socket.destroy();
      expect((await askUdp(server, query("rainbow.test"))).answers).toHaveLength(1);
    }
    expect(server.failures.count).toBe(0);
  });

  test("beyond the most allowed is closed at once, and one that ends makes room", async () => {
    await start({ maxConnections: 1, idleMs: 10_000 });
    const first = await openTcp(server);
    first.write(framed(query("rainbow.test", "A", { id: 1 })));
    await responses(first, 1);
    expect(await untilClosed(await openTcp(server))).toHaveLength(0);
    first.end();
    await untilClosed(first);
    const answered = async () => {
      const next = await openTcp(server);
      next.write(framed(query("rainbow.test", "A", { id: 2 })));
      expect(ids(await responses(next, 1).finally(() => next.destroy()))).toEqual([2]);
    };
    await vi.waitFor(answered, { timeout: 10_000 });
  });
});

describe("garbage", () => {
  test("in thousands of datagrams leaves the server answering", async () => {
    await start();
    const valid = query("rainbow.test", "A", { id: 1 });
    const octets = fc.uint8Array({ maxLength: 600 }).map((array) => Buffer.from(array));
    const damaged = fc
      .array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 })
      .map((edits) => {
        const packet = Buffer.from(valid);
        for (const [at, octet] of edits) packet[at] = octet;
        return packet;
      });
    const packets = fc.sample(fc.oneof(octets, damaged), { numRuns: 4000, seed: 53 });
    const socket = createSocket("udp4");
    for (let at = 0; at < packets.length; at += 100) {
      const batch = packets.slice(at, at + 100);
      await Promise.all(
        batch.map(
          (packet) => new Promise((sent) => socket.send(packet, server.port, server.host, sent)),
        ),
      );
      expect((await askUdp(server, query("rainbow.test", "A", { id: 77 }))).answers).toMatchObject([
        { data: "127.0.1.1" },
      ]);
    }
    socket.close();
    expect(server.failures.count).toBe(0);
    expect(server.queries).toBeGreaterThan(1000);
  });

  test("on many connections, some reset by the client, leaves the server answering", async () => {
    await start();
    const streams = fc.sample(fc.uint8Array({ minLength: 2, maxLength: 3000 }), {
      numRuns: 100,
      seed: 54,
    });
    for (const [index, stream] of streams.entries()) {
      const socket = await openTcp(server);
      const closed = over(socket);
      socket.write(stream);
      if (index % 2 === 0) socket.end();
      else socket.resetAndDestroy();
      await closed;
    }
    const socket = await openTcp(server);
    socket.write(framed(query("rainbow.test", "A", { id: 4 })));
    expect(ids(await responses(socket, 1))).toEqual([4]);
    socket.destroy();
    expect(server.failures.count).toBe(0);
  });
});
