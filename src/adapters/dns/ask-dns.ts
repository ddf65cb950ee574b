import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { on, once } from "node:events";
import { connect, isIPv6 } from "node:net";
import { type DecodedPacket, decode, encode, streamEncode } from "dns-packet";
import type { RecordType } from "../../domain/records.ts";
import type { WireAnswer } from "../../ports/traffic-zone.ts";

export interface DnsServerAddress {
  readonly host: string;
  readonly port: number;
}

/** How long the answer to each UDP packet is waited for. */
const UDP_TRIES_MS: readonly number[] = [500, 1_000, 2_000];
const TCP_MS = 2_000;

/** Asks this server and no other: over UDP, and over TCP when the answer is truncated. Never rejects. */
export async function askDns(
  server: DnsServerAddress,
  name: string,
  type: RecordType,
  udpTriesMs = UDP_TRIES_MS,
): Promise<WireAnswer> {
  const questions = [{ name, type }];
  const query = { type: "query", id: randomInt(0x10000), questions } as const;
  const response = await firstResponse(server, query, udpTriesMs);
  const asked = `${server.host}:${server.port}`;
  return response
    ? { server: asked, ...answerIn(response, type) }
    : { server: asked, rcode: "TIMEOUT", values: [] };
}

type Query = Parameters<typeof encode>[0];

async function firstResponse(
  server: DnsServerAddress,
  query: Query,
  udpTriesMs: readonly number[],
): Promise<DecodedPacket | undefined> {
  for (const ms of udpTriesMs) {
    const response = await orNone(overUdp(server, query, AbortSignal.timeout(ms)));
    if (response?.flag_tc) return orNone(overTcp(server, query, AbortSignal.timeout(TCP_MS)));
    if (response) return response;
  }
  return undefined;
}

async function overUdp(
  { host, port }: DnsServerAddress,
  query: Query,
  signal: AbortSignal,
): Promise<DecodedPacket | undefined> {
  const socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
  try {
    // A connected socket hears this server only.
    socket.connect(port, host);
    await once(socket, "connect", { signal });
    const messages = on(socket, "message", { signal });
    socket.send(encode(query));
    for await (const [message] of messages) {
      const response = decode(message);
      if (answers(response, query)) return response;
    }
    return undefined;
  } finally {
    socket.close();
  }
}

async function overTcp(
  { host, port }: DnsServerAddress,
  query: Query,
  signal: AbortSignal,
): Promise<DecodedPacket | undefined> {
  const socket = connect({ host, port, signal });
  try {
    socket.write(streamEncode(query));
    let read = Buffer.alloc(0);
    for await (const chunk of socket) {
      read = Buffer.concat([read, chunk]);
      // Two octets of length before the message (RFC 1035 section 4.2.2).
      if (read.length < 2 || read.length < 2 + read.readUInt16BE(0)) continue;
      const response = decode(read.subarray(2));
      return answers(response, query) ? response : undefined;
    }
    return undefined;
  } finally {
    socket.destroy();
  }
}

function answers({ id, type, questions }: DecodedPacket, query: Query): boolean {
  const [asked] = query.questions ?? [];
  const [repeated] = questions ?? [];
  return (
    type === "response" &&
    id === query.id &&
    repeated?.name.toLowerCase() === asked?.name &&
    repeated?.type === asked?.type
  );
}

function answerIn(response: DecodedPacket, type: RecordType): Omit<WireAnswer, "server"> {
  const { rcode } = response as { rcode?: string };
  if (rcode === "NXDOMAIN" || rcode === "REFUSED") return { rcode, values: [] };
  if (rcode !== "NOERROR") return { rcode: "SERVFAIL", values: [] };
  const records = (response.answers ?? []).flatMap((answer) =>
    answer.type === type ? [{ value: textOf(answer.data), ttl: ttlOf(answer) }] : [],
  );
  if (records.length === 0) return { rcode: "NODATA", values: [] };
  return {
    rcode,
    values: records.map(({ value }) => value),
    ttlSeconds: Math.min(...records.map(({ ttl }) => ttl)),
  };
}

/** A TXT value is cut into strings of 255 octets on the wire (RFC 1035 section 3.3.14). */
function textOf(data: unknown): string {
  return Array.isArray(data) ? Buffer.concat(data).toString("utf8") : String(data);
}

function ttlOf(answer: object): number {
  return "ttl" in answer ? Number(answer.ttl) : 0;
}

/** No response is an answer too: what went wrong on the way doesn't matter. */
async function orNone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch {
    return undefined;
  }
}
