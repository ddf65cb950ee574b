import type { IncomingMessage } from "node:http";

/**
 * Fields that concern one connection only (RFC 9110, 7.6.1), and those about trailers, which are not
 * forwarded. `expect` is among them because 100 Continue is answered here.
 */
const HOP_BY_HOP = new Set([
  "connection",
  "expect",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const HOP_BY_HOP_LENGTHS = new Set([...HOP_BY_HOP].map((name) => name.length));

const REWRITTEN = new Set([
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
]);

/**
 * What is sent upstream: names and values in turn, in the order and case of the client, without
 * hop-by-hop fields, with the X-Forwarded ones. The client's address is appended to X-Forwarded-For;
 * the others are always replaced, since a client could claim anything.
 */
export function requestHeaders(request: IncomingMessage): string[] {
  const { headers, rawHeaders, socket } = request;
  const named = namedByConnection(headers.connection);
  const forwarded: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    const lower = name.toLowerCase();
    if (isHopByHop(lower) || REWRITTEN.has(lower) || isNamed(named, lower)) continue;
    forwarded.push(name, rawHeaders[i + 1] ?? "");
  }
  const before = headers["x-forwarded-for"];
  const client = socket.remoteAddress ?? "unknown";
  forwarded.push("X-Forwarded-For", before === undefined ? client : `${before}, ${client}`);
  forwarded.push("X-Forwarded-Proto", "http", "X-Forwarded-Port", `${socket.localPort ?? 0}`);
  if (headers.host !== undefined) forwarded.push("X-Forwarded-Host", headers.host);
  return forwarded;
}

/** What is sent to the client: as `requestHeaders`, from the bytes that undici hands over. */
export function responseHeaders(raw: readonly (Buffer | string)[]): string[] {
  const text = raw.map(latin1);
  const named = namedByConnection(fieldValue(text, "connection"));
  const forwarded: string[] = [];
  for (let i = 0; i + 1 < text.length; i += 2) {
    const name = text[i] ?? "";
    if (named !== undefined && isNamed(named, name.toLowerCase())) continue;
    if (isHopByHop(name)) continue;
    forwarded.push(name, text[i + 1] ?? "");
  }
  return forwarded;
}

function latin1(part: Buffer | string): string {
  return typeof part === "string" ? part : part.toString("latin1");
}

/** Whether a body follows the request's header section (RFC 9112, 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  if (headers["transfer-encoding"] !== undefined) return true;
  const length = headers["content-length"];
  return length !== undefined && Number(length) > 0;
}

/** All values of a field, joined. `name` is in lower case. */
export function fieldValue(headers: readonly string[], name: string): string | undefined {
  let joined: string | undefined;
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const other = headers[i];
    if (other?.length !== name.length || other.toLowerCase() !== name) continue;
    const value = headers[i + 1] ?? "";
    joined = joined === undefined ? value : `${joined}, ${value}`;
  }
  return joined;
}

/** Host and the body's length frame the message itself: no Connection field may take them away. */
const NEVER_HOP_BY_HOP = new Set(["content-length", "host"]);

function isHopByHop(name: string): boolean {
  return HOP_BY_HOP_LENGTHS.has(name.length) && HOP_BY_HOP.has(name.toLowerCase());
}

function isNamed(named: readonly string[] | undefined, lower: string): boolean {
  return named?.includes(lower) === true && !NEVER_HOP_BY_HOP.has(lower);
}

function namedByConnection(connection: string | undefined): readonly string[] | undefined {
  if (connection === undefined) return undefined;
  const value = connection.toLowerCase();
  if (value === "keep-alive" || value === "close") return undefined;
  return value.split(",").map((token) => token.trim());
}
