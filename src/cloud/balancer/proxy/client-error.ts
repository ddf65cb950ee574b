import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { FAILURE_HEADER, type Failure } from "./failure.ts";

const KNOWN = new Map<string, Failure>([
  [
    "HPE_HEADER_OVERFLOW",
    {
      code: "header_too_large",
      status: 431,
      reason: "the request's target and header fields are too large together",
    },
  ],
  [
    "HPE_CHUNK_EXTENSIONS_OVERFLOW",
    {
      code: "chunk_extensions_too_large",
      status: 413,
      reason: "the request's chunk extensions are too large",
    },
  ],
  [
    "ERR_HTTP_REQUEST_TIMEOUT",
    {
      code: "request_timeout",
      status: 408,
      reason: "the request's header fields did not arrive in time",
    },
  ],
]);

/** Answers bytes that never became a request, and closes the connection. */
export function answerClientError(
  proxy: string,
  error: Error & { readonly code?: string },
  socket: Duplex,
): void {
  const failure = KNOWN.get(error.code ?? "") ?? {
    code: "bad_request",
    status: 400,
    reason: `this is not a valid HTTP/1.1 request: ${error.message}`,
  };
  const body = `${proxy}: ${failure.reason}\n`;
  socket.end(
    [
      `HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status]}`,
      "Connection: close",
      "Content-Type: text/plain; charset=utf-8",
      `Content-Length: ${Buffer.byteLength(body)}`,
      `${FAILURE_HEADER}: ${failure.code}`,
      "",
      body,
    ].join("\r\n"),
  );
}
