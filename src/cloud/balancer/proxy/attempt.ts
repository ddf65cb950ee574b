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

/** One try to get an exchange its answer from one upstream. */
export class Attempt implements Dispatcher.DispatchHandler {
  readonly #exchange: Exchange;
  readonly #upstream: Upstream;
  readonly #connection: Connection;
  readonly #body: RequestBody | null;
  readonly #failed: (failure: AttemptFailed) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #reused = false;
  #answered = false;
  #flowing = false;
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
    if (!this.#over) this.#controller?.abort(new Error("the client has gone"));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#reused = this.#connection.reused;
    if (this.#exchange.closed) this.abandon();
  }

  onResponseStarted(): void {
    this.#answered = true;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    statusMessage = "",
  ): void {
    if (status < 200) return;
    const { response } = this.#exchange;
    response.writeHead(status, statusMessage, headersOf(controller));
    if (status === 204 || status === 304) {
      // undici fails these when they carry a Content-Length, which a 304 may (RFC 9110, 8.6).
      response.end();
      return;
    }
    process.nextTick(() => this.#flushHead());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#flowing = true;
    const { response } = this.#exchange;
    if (response.write(chunk)) return;
    controller.pause();
    response.once("drain", () => controller.resume());
  }

  onResponseEnd(): void {
    this.#finish();
    this.#upstream.keep(this.#connection);
    this.#exchange.response.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#finish();
    this.#upstream.discard(this.#connection);
    if (this.#exchange.response.writableEnded) return;
    this.#failed({
      upstream: this.#upstream,
      error,
      connected: this.#controller !== undefined,
      reused: this.#reused,
      bodyTaken: this.#body?.taken ?? false,
      answered: this.#answered,
    });
  }

  onRequestUpgrade(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    upstreamSocket: Duplex,
  ): void {
    this.#finish();
    const { upgrade, response, closed } = this.#exchange;
    if (upgrade === undefined || closed) {
      upstreamSocket.destroy();
      this.#upstream.discard(this.#connection);
      return;
    }
    const { socket, head } = upgrade;
    response.detachSocket(socket);
    socket.write(switchingProtocols(status, controller, upgrade.protocol), "latin1");
    if (head.length > 0) upstreamSocket.write(head);
    this.#connection.cutTunnel = () => {
      socket.destroy();
      upstreamSocket.destroy();
    };
    joinSockets(socket, upstreamSocket, () => this.#upstream.discard(this.#connection));
  }

  /** Sends the header section of a response whose body is yet to come. */
  #flushHead(): void {
    const { response, closed } = this.#exchange;
    if (!this.#flowing && !response.writableEnded && !closed) response.flushHeaders();
  }

  #finish(): void {
    this.#over = true;
    this.#body?.detach();
  }
}

function headersOf({ rawHeaders }: Dispatcher.DispatchController): string[] {
  return Array.isArray(rawHeaders) ? responseHeaders(rawHeaders) : [];
}

function switchingProtocols(
  status: number,
  controller: Dispatcher.DispatchController,
  asked: string,
): string {
  const headers = headersOf(controller);
  const lines = [`HTTP/1.1 ${status} Switching Protocols`];
  for (let i = 0; i + 1 < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  lines.push("Connection: Upgrade", `Upgrade: ${agreed(controller) ?? asked}`, "", "");
  return lines.join("\r\n");
}

function agreed({ rawHeaders }: Dispatcher.DispatchController): string | undefined {
  if (!Array.isArray(rawHeaders)) return undefined;
  return fieldValue(rawHeaders.map(String), "upgrade");
}
