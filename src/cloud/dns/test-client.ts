import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import dnsPacket, { type DecodedPacket, type Packet, type RecordType } from "dns-packet";

/** For tests: a client that sees exactly what is on the wire. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

const DEADLINE_MS = 10_000;

/** dns-packet encodes ANY, though its types leave it out. */
export type QueryType = RecordType | "ANY";

export function query(name: string, type: QueryType = "A", more: Packet = {}): Buffer {
  const questions = [{ name, type: type as RecordType }];
  return dnsPacket.encode({ type: "query", id: 4711, questions, ...more });
}

/** Sends each packet in order and resolves with the first response; only `server` is heard. */
export async function askUdp(server: ServerAddress, ...packets: Buffer[]): Promise<DecodedPacket> {
  const socket = createSocket("udp4");
  try {
    socket.connect(server.port, server.host);
    await once(socket, "connect", { signal: AbortSignal.timeout(DEADLINE_MS) });
    const response = once(socket, "message", { signal: AbortSignal.timeout(DEADLINE_MS) });
    for (const packet of packets) socket.send(packet);
    const [message] = await response;
    return dnsPacket.decode(message);
  } finally {
    socket.close();
  }
}

export async function openTcp({ host, port }: ServerAddress): Promise<Socket> {
  const socket = connect({ host, port });
  await once(socket, "connect", { signal: AbortSignal.timeout(DEADLINE_MS) });
  return socket;
}

export function framed(packet: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(packet.length);
  return Buffer.concat([length, packet]);
}

/** The next `count` responses on the connection; rejects when it ends before. */
export async function responses(socket: Socket, count: number): Promise<DecodedPacket[]> {
  const decoded: DecodedPacket[] = [];
  let unread = Buffer.alloc(0);
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    unread = Buffer.concat([unread, chunk]);
    while (unread.length >= 2 && unread.length >= 2 + unread.readUInt16BE(0)) {
      const end = 2 + unread.readUInt16BE(0);
      decoded.push(dnsPacket.decode(unread.subarray(2, end)));
      unread = unread.subarray(end);
    }
    if (decoded.length >= count) return decoded;
  }
  throw new Error(`the connection ended after ${decoded.length} of ${count} responses`);
}

/** Resolves with all that arrives when the server ends the connection. */
export async function untilClosed(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Resolves when the connection is over, by an end or a reset; what arrives is thrown away. */
export function over(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve());
    socket.resume();
  });
}
