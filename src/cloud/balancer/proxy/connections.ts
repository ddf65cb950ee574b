import { Client } from "undici";
import type { ProxyLimits } from "./limits.ts";

/**
 * One connection to an upstream. It carries one request at a time; the first opens it, and the next
 * opens it again when it has closed in the meantime.
 */
export class Connection {
  readonly client: Client;
  /** It has carried a request before: its end may have crossed with the one that is sent now. */
  reused = false;
  /** Ends the upgraded connection it has become. */
  cutTunnel: (() => void) | undefined;

  constructor(client: Client) {
    this.client = client;
    client.on("disconnect", () => {
      this.reused = false;
    });
  }
}

/** The connections to one upstream: those in use and those kept alive. */
export class Connections {
  readonly #origin: string;
  readonly #limits: ProxyLimits;
  readonly #busy = new Set<Connection>();
  readonly #idle: Connection[] = [];
  readonly #emptied: (() => void)[] = [];

  constructor(host: string, port: number, limits: ProxyLimits) {
    this.#origin = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
    this.#limits = limits;
  }

  /** Connections in use. */
  get busy(): number {
    return this.#busy.size;
  }

  /** The connection that was used last, or a new one when none is idle or `fresh` asks for it. */
  take(fresh: boolean): Connection {
    const connection = (fresh ? undefined : this.#idle.pop()) ?? this.#open();
    this.#busy.add(connection);
    return connection;
  }

  /** The connection's request is over and it may carry another. */
  keep(connection: Connection): void {
    if (!this.#busy.has(connection)) return;
    connection.reused = true;
    this.#idle.push(connection);
    this.#free(connection);
  }

  /** The connection's request or tunnel is over and it must not be used again. */
  discard(connection: Connection): void {
    void connection.client.destroy();
    this.#free(connection);
  }

  /** Resolves when no connection is in use. */
  async emptied(): Promise<void> {
    if (this.#busy.size > 0) await new Promise<void>((resolve) => this.#emptied.push(resolve));
  }

  /** Ends what is open with `error`. */
  cut(error: Error): void {
    for (const connection of this.#busy) {
      connection.cutTunnel?.();
      void connection.client.destroy(error);
    }
  }

  closeIdle(): void {
    for (const connection of this.#idle.splice(0)) void connection.client.destroy();
  }

  #free(connection: Connection): void {
    this.#busy.delete(connection);
    if (this.#busy.size > 0) return;
    for (const resolve of this.#emptied.splice(0)) resolve();
  }

  #open(): Connection {
    const limits = this.#limits;
    return new Connection(
      new Client(this.#origin, {
        pipelining: 1,
        connectTimeout: limits.connectMs,
        keepAliveTimeout: limits.upstreamKeepAliveMs,
        keepAliveMaxTimeout: limits.upstreamKeepAliveMs,
        headersTimeout: limits.responseHeaderMs,
        bodyTimeout: limits.bodyIdleMs,
        maxHeaderSize: limits.headerOctets,
        // An upgraded connection may be closed in one direction only.
        connect: { allowHalfOpen: true },
      }),
    );
  }
}
