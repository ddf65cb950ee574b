import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { ErrorAnswer } from "../contract/api.ts";

const STATUS = new Map([
  ["HPE_HEADER_OVERFLOW", 431],
  ["HPE_CHUNK_EXTENSIONS_OVERFLOW", 413],
  ["ERR_HTTP_REQUEST_TIMEOUT", 408],
]);

/** Answers bytes that never became a request in the shape of every error, and closes the connection. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Duplex): void {
  // The server sets the answer that is under way on its socket; nothing may be written into it.
  const isAnswering = "_httpMessage" in socket && Boolean(socket._httpMessage);
  if (!socket.writable || isAnswering) {
    socket.destroy();
    return;
  }
  const status = STATUS.get(error.code ?? "") ?? 400;
  const message = `This is no request that can be read: ${error.message}. Nothing was changed.`;
  const answer: ErrorAnswer = { error: { code: "bad_request", message } };
  const body = JSON.stringify(answer);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end([...head, "", body].join("\r\n"));
}
