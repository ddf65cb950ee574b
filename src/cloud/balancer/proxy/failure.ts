/** Why a request got no answer of its upstream; the value of the `x-verdigris-error` header. */
export type FailureCode =
  | "bad_request"
  | "bad_response"
  | "busy"
  | "chunk_extensions_too_large"
  | "connect_failed"
  | "connect_timeout"
  | "dns_failed"
  | "drain_deadline"
  | "header_too_large"
  | "loop"
  | "no_name"
  | "no_task"
  | "request_timeout"
  | "response_timeout"
  | "unknown_host"
  | "upstream_closed";

export interface Failure {
  readonly code: FailureCode;
  readonly status: number;
  /** For a person: what happened and, where there is something, what to do. */
  readonly reason: string;
}

export const FAILURE_HEADER = "x-verdigris-error";

/** A request or upgraded connection was still open when the drain of its upstream had to end. */
export class DrainDeadlineOver extends Error {
  override readonly name = "DrainDeadlineOver";
}

/** Where in its life a request was when its upstream failed it. */
export interface UpstreamFault {
  readonly upstream: string;
  readonly connected: boolean;
  readonly error: Error & { readonly code?: string };
}

const TIMEOUTS_OF_CONNECT = new Set(["UND_ERR_CONNECT_TIMEOUT", "ETIMEDOUT"]);

const CONNECTION_ENDED = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_SOCKET"]);

/** What undici calls a response that it doesn't take; it has the code of a closed socket. */
const NOT_TAKEN = new Set(["bad response", "bad upgrade"]);

/** The upstream's connection ended before a response was complete, and not over what it said. */
export function isConnectionEnd({ code = "", message }: UpstreamFault["error"]): boolean {
  return CONNECTION_ENDED.has(code) && !NOT_TAKEN.has(message);
}

/** The failure that a client is told of when `fault.error` came before a response. */
export function failureOf({ upstream, connected, error }: UpstreamFault): Failure {
  const code = error.code ?? "";
  if (error instanceof DrainDeadlineOver) {
    return failed("drain_deadline", 503, `${upstream} was stopped before it answered`);
  }
  if (code === "UND_ERR_INVALID_ARG") {
    return failed("bad_request", 400, `the request can't be forwarded: ${error.message}`);
  }
  if (!connected) {
    return TIMEOUTS_OF_CONNECT.has(code)
      ? failed("connect_timeout", 504, `${upstream} did not accept a connection in time`)
      : failed("connect_failed", 502, `no connection to ${upstream}: ${code || error.message}`);
  }
  if (code === "UND_ERR_HEADERS_TIMEOUT") {
    return failed("response_timeout", 504, `${upstream} did not begin a response in time`);
  }
  return isConnectionEnd(error)
    ? failed("upstream_closed", 502, `${upstream} closed the connection before it answered`)
    : failed("bad_response", 502, `${upstream} sent a bad response: ${error.message}`);
}

function failed(code: FailureCode, status: number, reason: string): Failure {
  return { code, status, reason };
}
