import type { RemoteInfo, Socket } from "node:dgram";

/** Unsent answers beyond this are dropped, as a full socket buffer would: clients ask again. */
const MAX_UNSENT_OCTETS = 1 << 20;

/**
 * Answers each datagram with what `answer` makes of it, from the address it was sent to.
 * `failed` is told of answers that could not be sent.
 */
export function serveUdp(
  socket: Socket,
  answer: (packet: Buffer) => Buffer | undefined,
  failed: (error: Error) => void,
): void {
  const sent = (error: Error | null) => {
    if (error !== null) failed(error);
  };
  socket.on("error", failed);
  socket.on("message", (packet: Buffer, from: RemoteInfo) => {
    // A forged datagram can claim port 0, to which nothing can be sent.
    if (from.port === 0 || socket.getSendQueueSize() > MAX_UNSENT_OCTETS) return;
    const response = answer(packet);
    if (response !== undefined) socket.send(response, from.port, from.address, sent);
  });
}
