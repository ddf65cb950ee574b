import { once } from "node:events";
import { createServer, type Server } from "node:net";

const ATTEMPTS = 50;

/** Chooses ports for tasks that neither another program nor another task has. */
export class LoopbackPorts {
  readonly #taken = new Set<number>();

  /**
   * A port of 127.0.0.1 that was free a moment ago. Another program may still take it before the
   * task does; then the task can't listen, exits, and is started with another one.
   */
  async choose(): Promise<number> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const port = await freePort();
      if (!this.#taken.has(port)) {
        this.#taken.add(port);
        return port;
      }
    }
    throw new Error(`No free port found on 127.0.0.1 in ${ATTEMPTS} attempts`);
  }

  /** Keeps the port of a task that was found running. */
  take(port: number): void {
    this.#taken.add(port);
  }

  release(port: number): void {
    this.#taken.delete(port);
  }
}

async function freePort(): Promise<number> {
  const server: Server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || !address) throw new Error("A TCP server has no TCP address");
  return address.port;
}
