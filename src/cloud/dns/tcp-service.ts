import type { Server, Socket } from "node:net";
import { HEADER_OCTETS } from "./wire-constants.ts";

export interface TcpLimits {
  readonly maxConnections: number;
  /** How long a connection may go without a whole query, or without taking its answers. */
  readonly idleMs: number;
}

export const TCP_LIMITS: TcpLimits = { maxConnections: 128, idleMs: 10_000 };

/** A query is a name of 255 octets and a few options; what claims to be longer is none. */
const MAX_QUERY_OCTETS = 4096;

/**
 * Serves length-prefixed queries, any number per connection and without waiting for answers to be
 * read (RFC 7766 section 6.2.1). The server must allow half-open connections, for clients that end
 * once they have asked. Returns a function that cuts all connections.
 */
export function serveTcp(
  server: Server,
  answer: (packet: Buffer) => Buffer | undefined,
  failed: (error: Error) => void,
  limits: TcpLimits,
): () => void {
  const open = new Set<Socket>();
  server.maxConnections = limits.maxConnections;
  server.on("error", failed);
  server.on("connection", (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    converse(socket, answer, limits.idleMs);
  });
  return () => {
    for (const socket of open) socket.destroy();
  };
}

function converse(
  socket: Socket,
  answer: (packet: Buffer) => Buffer | undefined,
  idleMs: number,
): void {
  const deadline = setTimeout(() => socket.destroy(), idleMs);
  let unread: Buffer = Buffer.alloc(0);

  /** Answers the whole queries at hand, as long as the client takes the answers. */
  const advance = () => {
    socket.cork();
    while (!socket.writableEnded && !socket.writableNeedDrain) {
      const query = firstQuery(unread);
      const response = query instanceof Buffer ? answer(query) : undefined;
      if (response === undefined) {
        if (query !== undefined) socket.destroySoon();
        else if (socket.readableEnded) socket.end();
        break;
      }
      socket.write(prefixed(response));
      unread = unread.subarray(2 + unread.readUInt16BE(0));
      deadline.refresh();
    }
    socket.uncork();
    if (socket.writableNeedDrain || socket.writableEnded) socket.pause();
    else socket.resume();
  };

  socket.on("data", (chunk: Buffer) => {
    unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
    advance();
  });
  socket.on("drain", advance);
  socket.on("end", advance);
  // A client's reset; without a listener it would end the process.
  socket.on("error", () => socket.destroy());
  socket.on("close", () => clearTimeout(deadline));
}

/** Undefined while it is not whole yet, "none" when what is there can't be a query. */
function firstQuery(unread: Buffer): Buffer | "none" | undefined {
  if (unread.length < 2) return undefined;
  const length = unread.readUInt16BE(0);
  if (length < HEADER_OCTETS || length > MAX_QUERY_OCTETS) return "none";
  return unread.length < 2 + length ? undefined : unread.subarray(2, 2 + length);
}

function prefixed(response: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(response.length);
  return Buffer.concat([length, response]);
}
