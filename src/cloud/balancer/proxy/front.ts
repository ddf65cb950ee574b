import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { answerClientError } from "./client-error.ts";
import { Exchange, type Upgrade } from "./exchange.ts";
import { listenError } from "./front-errors.ts";
import type { ProxyLimits } from "./limits.ts";
import { refusalOf } from "./refusal.ts";
import { startTimer } from "./timer.ts";

export interface FrontOptions {
  /** The proxy, as messages call it. */
  readonly proxy: string;
  /** The IP address of one interface. */
  readonly address: string;
  /** 0 takes any that is free. */
  readonly port: number;
  readonly limits: ProxyLimits;
  /** Gets each request; whoever takes it must answer or fail it. */
  readonly onExchange: (exchange: Exchange) => void;
}

/** The side of a proxy that faces the clients: one listening address and its connections. */
export class Front {
  readonly #options: FrontOptions;
  readonly #server: Server;
  /** The connections open now, each with the request that it carries. */
  readonly #carrying = new Map<Duplex, Exchange | undefined>();
  /** Pipelined requests whose turn has not come. */
  readonly #waiting = new WeakSet<Exchange>();
  #closing: Promise<void> | undefined;

  private constructor(options: FrontOptions) {
    this.#options = options;
    this.#server = this.#createServer();
  }

  /** Throws AddressInUse, AddressNotAvailable, or what the system says. */
  static async listen(options: FrontOptions): Promise<Front> {
    const { proxy, address, port } = options;
    const front = new Front(options);
    front.#server.listen({ host: address, port, exclusive: true });
    try {
      await once(front.#server, "listening");
    } catch (error) {
      throw listenError(proxy, address, port, error as NodeJS.ErrnoException);
    }
    return front;
  }

  get address(): string {
    return this.#options.address;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /**
   * Accepts nothing more and resolves when the last request and upgraded connection has ended, or was
   * cut after `deadlineMs`. Responses that begin from now on announce the close of their connection.
   */
  close(deadlineMs: number): Promise<void> {
    this.#closing ??= this.#close(deadlineMs);
    return this.#closing;
  }

  async #close(deadlineMs: number): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const [socket, exchange] of this.#carrying) {
      if (exchange === undefined) socket.destroy();
      else if (!exchange.response.headersSent) exchange.response.shouldKeepAlive = false;
    }
    const cut = () => {
      for (const socket of this.#carrying.keys()) socket.destroy();
    };
    const timer = startTimer(deadlineMs, cut);
    await closed;
    clearTimeout(timer);
  }

  #createServer(): Server {
    const { limits, proxy } = this.#options;
    const server = createServer({
      insecureHTTPParser: false,
      // Here, and at an Expect it doesn't know, Node would answer by itself and go on to what is pipelined
      // behind; `refusalOf` looks instead.
      requireHostHeader: false,
      maxHeaderSize: limits.headerOctets,
      headersTimeout: limits.requestHeaderMs,
      // An upload may take as long as it moves: `timeout` below ends one that stands still.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(limits.requestHeaderMs, 10_000),
      keepAliveTimeout: limits.clientKeepAliveMs,
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
      noDelay: true,
      // What a socket gives in one read fits, so that it doesn't stop the upstream each time.
      highWaterMark: 131_072,
    });
    server.maxConnections = limits.clientConnections;
    server.timeout = limits.bodyIdleMs;
    server.on("connection", (socket) => this.#admit(socket));
    server.on("request", (request, response) => this.#begin(request, response));
    server.on("checkExpectation", (request, response) => this.#begin(request, response));
    server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket as Socket, head));
    server.on("timeout", (socket) => {
      if (!this.#carrying.get(socket)?.isWaiting) socket.destroy();
    });
    server.on("clientError", (error, socket) => {
      const isFree = this.#carrying.get(socket) === undefined;
      if (isFree && socket.writable) answerClientError(proxy, error, socket);
      else socket.destroy();
    });
    return server;
  }

  #admit(socket: Socket): void {
    this.#carrying.set(socket, undefined);
    socket.once("close", () => this.#carrying.delete(socket));
  }

  #begin(request: IncomingMessage, response: ServerResponse, upgrade?: Upgrade): void {
    const { proxy, limits } = this.#options;
    const { socket } = request;
    const earlier = this.#carrying.get(socket);
    // The connection ends with the earlier answer: what follows may be the body of a refused request.
    if (earlier?.isRefused) return;
    const exchange = new Exchange(request, response, {
      proxy,
      lingerMs: limits.lingerMs,
      ...(upgrade === undefined ? {} : { upgrade }),
    });
    this.#carrying.set(socket, exchange);
    exchange.onClosed(() => this.#release(socket, exchange));
    if (this.#closing !== undefined) response.shouldKeepAlive = false;
    const refusal = refusalOf(exchange);
    if (refusal !== undefined) exchange.refuse(refusal);
    else this.#inTurn(exchange, earlier);
  }

  /** RFC 9112, 9.3.2: pipelined requests may be carried out side by side when all of them are safe. */
  #inTurn(exchange: Exchange, earlier: Exchange | undefined): void {
    const { onExchange } = this.#options;
    const sideBySide = earlier?.isSafe && exchange.isSafe && !this.#waiting.has(earlier);
    if (earlier === undefined || earlier.closed || sideBySide) {
      onExchange(exchange);
      return;
    }
    this.#waiting.add(exchange);
    earlier.onClosed(() => {
      this.#waiting.delete(exchange);
      if (!exchange.closed) onExchange(exchange);
    });
  }

  #release(socket: Socket, exchange: Exchange): void {
    if (this.#carrying.get(socket) !== exchange || exchange.isRefused) return;
    this.#carrying.set(socket, undefined);
    if (this.#closing !== undefined) socket.destroySoon();
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const earlier = this.#carrying.get(socket);
    if (earlier !== undefined) {
      // Pipelined behind a request whose answer needs the socket still.
      if (!earlier.isRefused) socket.destroy();
      return;
    }
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    // The server has let go of the socket: what it did for a response is done here.
    socket.setTimeout(0);
    socket.on("drain", () => response.emit("drain"));
    response.once("finish", () => socket.destroySoon());
    this.#begin(request, response, { protocol: request.headers.upgrade ?? "", socket, head });
  }
}
