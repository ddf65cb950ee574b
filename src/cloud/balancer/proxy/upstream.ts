import { type Connection, Connections } from "./connections.ts";
import { DrainDeadlineOver } from "./failure.ts";
import type { ProxyLimits } from "./limits.ts";
import { startTimer } from "./timer.ts";

/** A server that requests are forwarded to. */
export class Upstream {
  /** For messages. */
  readonly name: string;
  readonly #connections: Connections;
  readonly #limit: number;

  constructor(name: string, host: string, port: number, limits: ProxyLimits) {
    this.name = name;
    this.#connections = new Connections(host, port, limits);
    this.#limit = limits.openPerUpstream;
  }

  /** Requests and upgraded connections open now. */
  get open(): number {
    return this.#connections.busy;
  }

  get full(): boolean {
    return this.open >= this.#limit;
  }

  /** A connection for one request. `fresh` asks for one that carried none before. */
  take(fresh: boolean): Connection {
    return this.#connections.take(fresh);
  }

  keep(connection: Connection): void {
    this.#connections.keep(connection);
  }

  discard(connection: Connection): void {
    this.#connections.discard(connection);
  }

  /**
   * Resolves when everything open has ended or, after `deadlineMs`, was cut; then closes the idle
   * connections. Nothing may be sent after the call.
   */
  async drain(deadlineMs: number): Promise<void> {
    const timer = startTimer(deadlineMs, () => {
      this.#connections.cut(new DrainDeadlineOver(`${this.name} was stopped`));
    });
    await this.#connections.emptied();
    clearTimeout(timer);
    this.#connections.closeIdle();
  }
}
