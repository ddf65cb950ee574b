import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer, isIP, isIPv6, type Server } from "node:net";
import { DnsPortInUse, NotOneAddress } from "./dns-errors.ts";

/** A UDP and a TCP socket on the same address and port. */
export interface Sockets {
  readonly host: string;
  readonly port: number;
  readonly udp: Socket;
  readonly tcp: Server;
}

/** Tries for a port that is free for both, when any port will do. */
const ATTEMPTS = 20;

/**
 * Listens on `host`, the IP address of one interface, and `port`; port 0 takes any that is free.
 * Throws NotOneAddress, DnsPortInUse, or what the system says (EACCES for a port it reserves).
 */
export async function listen(host: string, port: number): Promise<Sockets> {
  if (isIP(host) === 0 || /^[0:.]+$/.test(host)) throw new NotOneAddress(host);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await listenOnce(host, port);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      if (port !== 0 || attempt === ATTEMPTS) throw new DnsPortInUse(host, port, { cause: error });
    }
  }
}

async function listenOnce(host: string, wantedPort: number): Promise<Sockets> {
  const udp = udpSocket(host);
  try {
    // With a lookup that answers at once, bind says "listening" or "error" before it returns.
    const bound = once(udp, "listening");
    udp.bind({ address: host, port: wantedPort, exclusive: true });
    await bound;
    const { port } = udp.address();
    const tcp = createServer({ allowHalfOpen: true });
    tcp.listen({ host, port, exclusive: true });
    await once(tcp, "listening");
    return { host, port, udp, tcp };
  } catch (error) {
    udp.close();
    throw error;
  }
}

function udpSocket(host: string): Socket {
  const family = isIPv6(host) ? 6 : 4;
  return createSocket({
    type: family === 6 ? "udp6" : "udp4",
    // Only addresses are ever sent to; without this each send waits for a resolver's thread.
    lookup: (address, _options, done) => done(null, address, family),
  });
}
