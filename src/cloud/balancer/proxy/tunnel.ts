import type { Duplex } from "node:stream";

/**
 * Joins two sockets until both have closed. The end of one direction is passed on alone (half-close);
 * a socket that breaks takes the other with it. `ended` is called once.
 */
export function joinSockets(client: Duplex, upstream: Duplex, ended: () => void): void {
  let open = 2;
  const oneWay = (from: Duplex, to: Duplex) => {
    from.on("error", () => to.destroy());
    from.on("close", () => {
      const endedBothWays = from.readableEnded && from.writableFinished;
      if (!endedBothWays) to.destroy();
      open -= 1;
      if (open === 0) ended();
    });
    from.pipe(to);
  };
  oneWay(client, upstream);
  oneWay(upstream, client);
}
