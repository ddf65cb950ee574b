import { once } from "node:events";
import { chmod, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { controlSocket } from "../../machine/control-socket.ts";
import type { Log } from "../log.ts";
import { ControlFault } from "./control-fault.ts";
import type { Controls } from "./controls.ts";
import type { ControlError, ControlErrorCode } from "./protocol.ts";
import { readBody } from "./read-body.ts";
import { routeOf } from "./routes.ts";

export interface ControlServer {
  /** The socket is gone when this returns; requests being answered are cut. */
  close(): void;
}

const STATUS: Readonly<Record<ControlErrorCode, number>> = {
  address_in_use: 409,
  bad_request: 400,
  change_refused: 409,
  internal: 500,
  not_found: 404,
  unavailable: 503,
};

const REQUEST_MS = 10_000;
const MOST_CONNECTIONS = 256;
/** Longer than any client keeps one, so that none is closed as it is used. */
const KEEP_ALIVE_MS = 60_000;

/**
 * Serves the control API on the directory's socket, for this user alone. A socket that is there is
 * taken to be a dead process's: the caller holds the directory.
 *
 * @throws SocketPathTooLong, or what the system says
 */
export async function serveControls(
  directory: string,
  controls: Controls,
  log: Log,
): Promise<ControlServer> {
  const path = controlSocket(directory);
  await rm(path, { force: true });
  const server = createServer(
    {
      requestTimeout: REQUEST_MS,
      headersTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: REQUEST_MS / 2,
    },
    (request, response) => void answer(request, response, controls, log),
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(path);
  await once(server, "listening");
  await chmod(path, 0o600);
  return {
    close() {
      // libuv removes the socket's file as it closes the handle, before this returns.
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  controls: Controls,
  log: Log,
): Promise<void> {
  const { method = "", url = "" } = request;
  try {
    const [path = "", query] = url.split("?", 2);
    const { named, answer: answerOf } = routeOf(method, path);
    const ask = {
      controls,
      query: new URLSearchParams(query),
      named,
      body: () => readBody(request),
    };
    const { status, content, after } = await answerOf(ask);
    if (after) response.once("close", after);
    send(response, status, content);
  } catch (error) {
    if (request.socket.destroyed) return;
    const fault = faultOf(error);
    if (fault.code === "internal") log("error", `${method} ${url} failed`, { error });
    const content: ControlError = { error: { code: fault.code, message: fault.message } };
    send(response, STATUS[fault.code], content);
  }
}

function faultOf(error: unknown): ControlFault {
  if (error instanceof ControlFault) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ControlFault("internal", message, { cause: error });
}

function send(response: ServerResponse, status: number, content: unknown): void {
  if (content === undefined) {
    response.writeHead(status).end();
    return;
  }
  const body = JSON.stringify(content);
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  response.writeHead(status, headers).end(body);
}
