import type { Duplex } from "node:stream";
import type { Dispatcher } from "undici";
import type { Connection } from "./connections.ts";
import type { Exchange } from "./exchange.ts";
import { fieldValue, hasBody, responseHeaders } from "./headers.ts";
import { RequestBody } from "./request-body.ts";
import { joinSockets } from "./tunnel.ts";
import type { Upstream } from "./upstream.ts";

/** How an attempt that brought the client no answer ended. */
export interface AttemptFailed {
  readonly upstream: Upstream;
  readonly error: Error & { readonly code?: string };
  /** The connection stood, so the upstream may have seen the request. */
  readonly connected: boolean;
  /** The connection had carried a request before. */
  readonly reused: boolean;
  /** Some of the request's body is gone. */
  readonly bodyTaken: boolean;
  /** A byte of a response has come. */
  readonly answered: boolean;
}

/** A body up to this size is joined to the header section: one string is cheaper to write than two buffers. */
const JOINED_OCTETS = 4_096;

/**
 * One try to get an exchange its answer from one upstream. It speaks undici's earlier handler interface:
 * the newer one makes an object of each response's header fields, and here they are only passed on.
 */
export class Attempt implements Dispatcher.DispatchHandler {
  readonly #exchange: Exchange;
  readonly #upstream: Upstream;
  readonly #connection: Connection;
  readonly #body: RequestBody | null;
  readonly #failed: (failure: AttemptFailed) => void;
  #abort: ((reason: Error) => void) | undefined;
  #resume: (() => void) | undefined;
  #reused = false;
  #answered = false;
  /** The first part of the body, until it is known what comes with it. */
  #held: Buffer | undefined;
  /** Some of the response has been sent. */
  #flowing = false;
  #complete = false;
  #over = false;

  constructor(
    exchange: Exchange,
    upstream: Upstream,
    fresh: boolean,
    failed: (failure: AttemptFailed) => void,
  ) {
    this.#exchange = exchange;
    this.#upstream = upstream;
    this.#connection = upstream.take(fresh);
    this.#body = hasBody(exchange.request) ? new RequestBody(exchange.request) : null;
    this.#failed = failed;
  }

  send(headers: string[]): void {
    const { request, upgrade } = this.#exchange;
    this.#connection.client.dispatch(
      {
        method: request.method ?? "GET",
        path: request.url ?? "/",
        headers,
        body: this.#body,
        upgrade: upgrade?.protocol ?? null,
        // Left out, undici closes the connection after each HEAD and each DELETE with a body.
        reset: upgrade !== undefined,
      },
      this,
    );
  }

  /** The client has gone: stops the upstream's work. Before the connection stands it is stopped then. */
  abandon(): void {
    if (!this.#over) this.#abort?.(new Error("the client has gone"));
  }

  onConnect(abort: (reason: Error) => void): void {
    this.#abort = abort;
    this.#reused = this.#connection.reused;
    if (this.#exchange.closed) this.abandon();
  }

  onResponseStarted(): void {
    this.#answered = true;
  }

  /**
   * Nothing is written at once: what came in this turn of the event loop goes out together at its end,
   * a small response in one piece. Writes between reads cost a fifth more processor time.
   */
  onHeaders(status: number, headers: Buffer[], resume: () => void, statusText: string): boolean {
    if (status < 200) return true;
    this.#resume = resume;
    const { response } = this.#exchange;
    response.writeHead(status, statusText, responseHeaders(headers));
    if (status === 204 || status === 304) {
      // undici fails these when they carry a Content-Length, which a 304 may (RFC 9110, 8.6).
      response.end();
    } else {
      setImmediate(sendHeld, this);
    }
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (!this.#flowing && this.#held === undefined) {
      this.#held = chunk;
      return true;
    }
    this.sendHeld();
    const { response } = this.#exchange;
    if (response.write(chunk)) return true;
    response.once("drain", () => this.#resume?.());
    return false;
  }

  onComplete(): void {
    this.#finish();
    this.#upstream.keep(this.#connection);
    this.#complete = true;
    if (this.#flowing) this.#exchange.response.end();
  }

  onError(error: Error): void {
    this.#finish();
    this.#upstream.discard(this.#connection);
    if (this.#exchange.response.writableEnded) return;
    this.#failed({
      upstream: this.#upstream,
      error,
      connected: this.#abort !== undefined,
      reused: this.#reused,
      bodyTaken: this.#body?.taken ?? false,
      answered: this.#answered,
    });
  }

  onUpgrade(status: number, rawHeaders: Buffer[] | string[] | null, upstreamSocket: Duplex): void {
    this.#finish();
    const { upgrade, response, closed } = this.#exchange;
    if (upgrade === undefined || closed) {
      upstreamSocket.destroy();
      this.#upstream.discard(this.#connection);
      return;
    }
    const { socket, head } = upgrade;
    response.detachSocket(socket);
    socket.write(switchingProtocols(status, rawHeaders ?? [], upgrade.protocol), "latin1");
    if (head.length > 0) upstreamSocket.write(head);
    this.#connection.cutTunnel = () => {
      socket.destroy();
      upstreamSocket.destroy();
    };
    joinSockets(socket, upstreamSocket, () => this.#upstream.discard(this.#connection));
  }

  /** Sends what is held back of a response, all of it or the beginning. */
  sendHeld(): void {
    const { response, closed } = this.#exchange;
    if (this.#flowing || response.writableEnded || closed) return;
    this.#flowing = true;
    const held = this.#held;
    this.#held = undefined;
    if (!this.#complete) {
      if (held === undefined) response.flushHeaders();
      else response.write(held);
    } else if (held === undefined || held.length > JOINED_OCTETS) {
      response.end(held);
    } else {
      response.end(held.toString("latin1"), "latin1");
    }
  }

  #finish(): void {
    this.#over = true;
    this.#body?.detach();
  }
}

function sendHeld(attempt: Attempt): void {
  attempt.sendHeld();
}

function switchingProtocols(
  status: number,
  rawHeaders: readonly (Buffer | string)[],
  asked: string,
): string {
  const headers = responseHeaders(rawHeaders);
  const lines = [`HTTP/1.1 ${status} Switching Protocols`];
  for (let i = 0; i + 1 < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  const agreed = fieldValue(rawHeaders.map(String), "upgrade") ?? asked;
  lines.push("Connection: Upgrade", `Upgrade: ${agreed}`, "", "");
  return lines.join("\r\n");
}
