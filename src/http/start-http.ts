import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, RequestError } from "@hono/node-server";
import { failureAnswer, hardened } from "./answers.ts";
import { ApiPortInUse } from "./api-port-in-use.ts";
import { answerClientError } from "./client-error.ts";
import { createApi } from "./create-api.ts";
import { fail } from "./failure.ts";
import { describeError, type Log } from "./log.ts";
import type { ServiceLimits, ServiceOptions } from "./service.ts";
import { createService } from "./service.ts";

export interface HttpOptions extends Omit<ServiceOptions, "allowedHosts"> {
  /** The IP address to listen on. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly allowedHosts?: readonly string[];
  /** For tests; all have good defaults. */
  readonly limits?: ServiceLimits & { readonly answerDeadlineMs?: number };
}

export interface RunningHttp {
  /** `http://127.0.0.1:7070` */
  readonly url: string;
  readonly port: number;
  /** Ends event streams, lets other requests finish, and cuts them off after the deadline. */
  stop(deadlineMs: number): Promise<void>;
}

/** Serves the API. Throws `ApiPortInUse` when the port is taken. */
export async function startHttp(options: HttpOptions): Promise<RunningHttp> {
  const { host, limits = {} } = options;
  const { allowedHosts = [] } = options;
  const service = createService({ ...options, allowedHosts }, host, limits);
  const api = createApi(service, limits.answerDeadlineMs);
  const server = boundedServer();
  const listener = getRequestListener(api.fetch, {
    overrideGlobalObjects: false,
    errorHandler: (error) => unreadable(error, options.log),
  });
  server.on("request", (incoming, outgoing) => {
    outgoing.once("finish", () => {
      if (!server.listening) server.closeIdleConnections();
    });
    void listener(incoming, outgoing);
  });
  const port = await listen(server, host, options.port);
  return {
    url: `http://${reachable(host)}:${port}`,
    port,
    stop: (deadlineMs) => {
      service.streams.endAll();
      return close(server, deadlineMs);
    },
  };
}

function boundedServer(): Server {
  const server = createServer({
    connectionsCheckingInterval: 1_000,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    // Longer than a load balancer keeps an idle connection (60 s for ELB), or it answers 502.
    keepAliveTimeout: 65_000,
  });
  server.maxConnections = 1_024;
  // Longer than a heartbeat and than the deadline for answers: it ends clients that take nothing.
  server.timeout = 90_000;
  server.on("clientError", answerClientError);
  return server;
}

/** Requests that don't get as far as the API: no or no valid Host header or target. */
function unreadable(error: unknown, log: Log): Response {
  if (error instanceof RequestError) {
    return hardened(failureAnswer(fail("bad_request", `${error.message}. Nothing was changed.`)));
  }
  log("error", "a request failed", { error: describeError(error) });
  return hardened(failureAnswer(fail("internal", "Something went wrong that should not.")));
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? new ApiPortInUse(host, port, { cause: error }) : error),
    );
    server.listen({ host, port }, () => resolve((server.address() as AddressInfo).port));
  });
}

/** The address to which a client on this machine connects. */
function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function close(server: Server, deadlineMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), deadlineMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
