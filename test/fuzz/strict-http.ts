/**
 * HTTP/1.1 read by the letter of RFC 9112, as the fuzzers' judge: independent of the parsers under
 * test, and refusing whatever two readers could understand differently.
 */
export interface StrictMessage {
  /** `POST /path HTTP/1.1` or `HTTP/1.1 200 OK`. */
  readonly start: string;
  /** Names in lower case, in order. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

export interface StrictReading {
  /** The whole messages, in order. */
  readonly messages: readonly StrictMessage[];
  /** Why reading ended before the end: what follows is no message, or not the whole of one. */
  readonly rest: "none" | "partial" | "malformed";
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
/** Several spaces are one: RFC 9112, 3 allows to take them so, and the proxy writes one. */
const REQUEST_LINE = new RegExp(`^${TOKEN} +[!-~\\x80-\\xff]+ +HTTP/1\\.[01]$`);
const STATUS_LINE = /^HTTP\/1\.1 [1-9]\d\d [\t\x20-\x7e\x80-\xff]*$/;
const FIELD = new RegExp(
  `^(${TOKEN}):[ \\t]*((?:[!-~\\x80-\\xff](?:[\\t -~\\x80-\\xff]*[!-~\\x80-\\xff])?)?)[ \\t]*$`,
);
const CHUNK_LINE = /^(0*[0-9a-fA-F]{1,8})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?$/;

class Malformed extends Error {}
class Partial extends Error {}

class Reader {
  readonly bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  line(): string {
    const end = this.bytes.indexOf("\r\n", this.at, "latin1");
    const line = this.bytes.toString("latin1", this.at, end < 0 ? this.bytes.length : end);
    if (/[\r\n\0]/.test(end < 0 ? line.replace(/\r$/, "") : line))
      throw new Malformed("a bare CR, LF or NUL");
    if (end < 0) throw new Partial();
    this.at = end + 2;
    return line;
  }

  octets(count: number): Buffer {
    if (this.bytes.length - this.at < count) throw new Partial();
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
}

export function readRequests(bytes: Buffer): StrictReading {
  return readAll(bytes, (reader) => {
    // RFC 9112, 2.2: empty lines before the request line are to be ignored, and may end with LF alone.
    while (bytes[reader.at] === 0x0d || bytes[reader.at] === 0x0a) reader.at += 1;
    const start = reader.line().replaceAll(/ +/g, " ");
    if (!REQUEST_LINE.test(start)) throw new Malformed(start);
    const fields = readFields(reader);
    const isOld = start.endsWith("HTTP/1.0");
    const hosts = valuesOf(fields, "host");
    if (hosts.length > 1 || (hosts.length === 0 && !isOld)) throw new Malformed("Host");
    if (isOld && valuesOf(fields, "transfer-encoding").length > 0) throw new Malformed("1.0");
    return { start, fields, body: readBody(reader, fields) ?? Buffer.alloc(0) };
  });
}

/** `methods` are those of the requests, in order; a response without a length ends with the bytes. */
export function readResponses(bytes: Buffer, methods: readonly string[]): StrictReading {
  let answered = 0;
  return readAll(bytes, (reader) => {
    const start = reader.line();
    if (!STATUS_LINE.test(start)) throw new Malformed(start);
    const fields = readFields(reader);
    const status = Number(start.slice(9, 12));
    const method = methods[answered];
    if (status >= 200) answered += 1;
    if (method === undefined) throw new Malformed("more responses than requests");
    const isBare = status < 200 || status === 204 || status === 304 || method === "HEAD";
    if (isBare) return { start, fields, body: Buffer.alloc(0) };
    const body = readBody(reader, fields) ?? reader.octets(bytes.length - reader.at);
    return { start, fields, body };
  });
}

export function valuesOf(fields: StrictMessage["fields"], name: string): readonly string[] {
  return fields.filter(([one]) => one === name).map(([, value]) => value);
}

function readAll(bytes: Buffer, one: (reader: Reader) => StrictMessage): StrictReading {
  const reader = new Reader(bytes);
  const messages: StrictMessage[] = [];
  try {
    while (reader.at < bytes.length) messages.push(one(reader));
    return { messages, rest: "none" };
  } catch (error) {
    if (error instanceof Partial) return { messages, rest: "partial" };
    if (error instanceof Malformed) return { messages, rest: "malformed" };
    throw error;
  }
}

function readFields(reader: Reader): [string, string][] {
  const fields: [string, string][] = [];
  for (let line = reader.line(); line !== ""; line = reader.line()) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Malformed(line);
    fields.push([name.toLowerCase(), value]);
  }
  return fields;
}

/** Undefined where no field tells a length. */
function readBody(reader: Reader, fields: StrictMessage["fields"]): Buffer | undefined {
  const codings = valuesOf(fields, "transfer-encoding");
  const lengths = valuesOf(fields, "content-length");
  if (codings.length > 0) {
    const isChunked = codings.length === 1 && codings[0]?.toLowerCase() === "chunked";
    if (!isChunked || lengths.length > 0) throw new Malformed("Transfer-Encoding");
    return readChunks(reader);
  }
  if (lengths.length === 0) return undefined;
  const [length = ""] = lengths;
  if (lengths.length > 1 || !/^\d{1,15}$/.test(length)) throw new Malformed("Content-Length");
  return reader.octets(Number(length));
}

function readChunks(reader: Reader): Buffer {
  const chunks: Buffer[] = [];
  for (;;) {
    const size = CHUNK_LINE.exec(reader.line())?.[1];
    if (size === undefined) throw new Malformed("chunk size");
    const octets = Number.parseInt(size, 16);
    if (octets === 0) break;
    chunks.push(reader.octets(octets));
    if (reader.line() !== "") throw new Malformed("chunk end");
  }
  readFields(reader);
  return Buffer.concat(chunks);
}
