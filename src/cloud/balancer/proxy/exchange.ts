import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { FAILURE_HEADER, type Failure } from "./failure.ts";
import { hasBody } from "./headers.ts";

/** A request that asks to leave HTTP, such as a WebSocket's. */
export interface Upgrade {
  /** The value of the request's Upgrade field. */
  readonly protocol: string;
  readonly socket: Socket;
  /** What the client sent after the header section. */
  readonly head: Buffer;
}

export interface ExchangeOptions {
  /** The proxy, as messages to the client call it. */
  readonly proxy: string;
  readonly lingerMs: number;
  readonly upgrade?: Upgrade;
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** One request of a client and the answer it is owed. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly upgrade: Upgrade | undefined;
  readonly #options: ExchangeOptions;
  readonly #closedListeners: (() => void)[] = [];
  #closed = false;
  #isRefused = false;

  constructor(request: IncomingMessage, response: ServerResponse, options: ExchangeOptions) {
    this.request = request;
    this.response = response;
    this.upgrade = options.upgrade;
    this.#options = options;
    const over = options.upgrade === undefined ? response : options.upgrade.socket;
    over.once("close", this.#close);
    // The response to a pipelined request has no socket until its turn comes, which may be never.
    if (response.socket === null) request.socket.once("close", this.#close);
    if (options.upgrade === undefined && hasBody(request)) {
      response.once("finish", () => this.#dropRestOfRequest());
    }
  }

  /** Nothing more will reach the client: it has all of the answer, or has gone. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether its method only reads (RFC 9110, 9.2.1). */
  get isSafe(): boolean {
    return SAFE.has(this.request.method ?? "");
  }

  /** The whole request is here and no byte of the answer has been sent. */
  get isWaiting(): boolean {
    return this.request.complete && !this.response.headersSent;
  }

  onClosed(listener: () => void): void {
    this.#closedListeners.push(listener);
  }

  /** Answers with the failure or, when the answer has begun, cuts the connection: no half answer looks whole. */
  fail(failure: Failure): void {
    if (this.#closed) return;
    if (this.response.headersSent) {
      this.cut();
      return;
    }
    const body = Buffer.from(`${this.#options.proxy}: ${failure.reason}\n`);
    this.response.writeHead(failure.status, {
      "Content-Type": "text/plain; charset=utf-8",
      "Content-Length": body.length,
      "Cache-Control": "no-store",
      [FAILURE_HEADER]: failure.code,
    });
    this.response.end(body);
  }

  /** Fails, as the last answer on the connection: where the request ends may be in doubt. */
  refuse(failure: Failure): void {
    this.#isRefused = true;
    this.response.shouldKeepAlive = false;
    this.fail(failure);
  }

  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Resets the connection: to a client that reads until the end, a plain close would look like success. */
  cut(): void {
    this.request.socket.resetAndDestroy();
  }

  readonly #close = (): void => {
    if (this.#closed) return;
    this.#closed = true;
    this.request.socket.off("close", this.#close);
    for (const listener of this.#closedListeners.splice(0)) listener();
  };

  /** A connection closed on unread bytes is reset, and the client would lose the answer it was sent. */
  #dropRestOfRequest(): void {
    const { request } = this;
    if (request.complete) return;
    const timer = setTimeout(() => request.socket.destroy(), this.#options.lingerMs);
    request.once("close", () => clearTimeout(timer)).resume();
  }
}
