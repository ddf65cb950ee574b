import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished } from "vitest";
import { type DnsServer, startDns } from "../../src/cloud/dns/dns-server.ts";
import {
  askUdp,
  framed,
  openTcp,
  over,
  query,
  responses,
} from "../../src/cloud/dns/test-client.ts";
import { raw } from "../../src/cloud/dns/test-zones.ts";
import { judgeResponse, PACKET, udpLimitOf } from "./dns-packets.ts";
import type { Rounds } from "./rounds.ts";

/** In this process, without a socket: every answer is judged. */
export function fuzzResponder({ runs, seed }: Rounds): void {
  fc.assert(
    fc.property(PACKET, (packet) => {
      judgeResponse(packet, raw(packet, { transport: "udp" }), udpLimitOf(packet));
      const overTcp = raw(packet, { transport: "tcp" });
      judgeResponse(packet, overTcp, 0xffff);
      if (overTcp && (overTcp.readUInt16BE(2) & 0x0200) !== 0) throw new Error("TC over TCP");
    }),
    { numRuns: runs, seed },
  );
}

export async function testDns(tcpLimits?: { maxConnections: number; idleMs: number }) {
  const folder = await mkdtemp(join(tmpdir(), "dns-fuzz-"));
  const server = await startDns({
    host: "127.0.0.1",
    port: 0,
    file: join(folder, "zones.json"),
    isHealthy: () => true,
    ...(tcpLimits ? { tcpLimits } : {}),
  });
  onTestFinished(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });
  await server.ensureZone("rainbow.test");
  await server.apply({
    remove: [],
    add: [
      { name: "rainbow.test", type: "A", ttlSeconds: 60, values: ["127.0.1.1"] },
      { name: "huge.rainbow.test", type: "TXT", ttlSeconds: 0, values: ["x".repeat(30_000)] },
    ],
  });
  return server;
}

const DATAGRAMS_AT_ONCE = 200;

/** Over a real socket; after each volley a right question is answered right. */
export async function fuzzUdp(server: DnsServer, { runs, seed }: Rounds): Promise<void> {
  const socket = createSocket("udp4");
  onTestFinished(() => {
    socket.close();
  });
  let answers = 0;
  socket.on("message", () => {
    answers += 1;
  });
  // Packets cost more to make than to send: each is sent again with other octets in it.
  const made = fc.sample(PACKET, { numRuns: Math.min(runs, 20_000), seed });
  for (let sent = 0; sent < runs; sent += DATAGRAMS_AT_ONCE) {
    const volley = Array.from({ length: DATAGRAMS_AT_ONCE }, (_, index) => {
      const packet = Buffer.from(made[(sent + index) % made.length] ?? "");
      if (sent >= made.length && packet.length > 0)
        packet[(sent * 31) % packet.length] = sent & 0xff;
      return packet;
    });
    await Promise.all(
      volley.map(
        (packet) => new Promise((done) => socket.send(packet, server.port, server.host, done)),
      ),
    );
    await mustAnswer(server);
  }
  expect(answers).toBeGreaterThan(runs / 20);
  expect(server.failures.count).toBe(0);
}

async function mustAnswer(server: DnsServer): Promise<void> {
  const { answers } = await askUdp(server, query("rainbow.test"), query("rainbow.test"));
  expect(answers).toMatchObject([{ data: "127.0.1.1" }]);
}

/** Whole messages, halves, wrong lengths and resets, on many connections at once. */
export async function fuzzTcp(server: DnsServer, { runs, seed }: Rounds): Promise<void> {
  const streams = fc.sample(
    fc.record({
      parts: fc.array(fc.tuple(PACKET, fc.constantFrom(0, 0, 0, 0, -1, 1, -12, 5_000, 60_000)), {
        minLength: 1,
        maxLength: 4,
      }),
      cutAt: fc.oneof(fc.constant(0xffff), fc.nat(300)),
      end: fc.constantFrom("end", "reset", "leave" as const),
    }),
    { numRuns: runs, seed },
  );
  const CONNECTIONS = 20;
  for (let from = 0; from < streams.length; from += CONNECTIONS) {
    await Promise.all(
      streams.slice(from, from + CONNECTIONS).map(async ({ parts, cutAt, end }) => {
        const socket = await openTcp(server);
        const closed = over(socket);
        const stream = Buffer.concat(parts.map(([packet, wrong]) => misframed(packet, wrong)));
        socket.write(stream.subarray(0, cutAt));
        if (end === "end") socket.end();
        if (end === "reset") socket.resetAndDestroy();
        await closed;
      }),
    );
    const socket = await openTcp(server);
    socket.write(framed(query("huge.rainbow.test", "TXT", { id: 4 })));
    expect(await responses(socket, 1)).toMatchObject([{ id: 4, flag_tc: false }]);
    socket.destroy();
    await once(socket, "close");
  }
  expect(server.failures.count).toBe(0);
}

function misframed(packet: Buffer, wrong: number): Buffer {
  const message = framed(packet);
  message.writeUInt16BE(Math.min(0xffff, Math.max(0, packet.length + wrong)), 0);
  return message;
}
