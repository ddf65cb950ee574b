import { Duplex } from "node:stream";
import { expect, it } from "vitest";
import { joinSockets } from "./tunnel.ts";

function socket(): Duplex {
  return new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
}

it.each([undefined, new Error("reset")])(
  "a socket that is destroyed takes the other with it, and both are told of once: %s",
  async (error) => {
    const [client, upstream] = [socket(), socket()];
    let ended = 0;
    joinSockets(client, upstream, () => {
      ended += 1;
    });
    client.destroy(error);
    await new Promise((resolve) => setImmediate(resolve));
    expect([upstream.destroyed, ended]).toEqual([true, 1]);
  },
);
