import type { Route } from "../contract/route.ts";
import { YAML_MEDIA_TYPES } from "../contract/route.ts";
import type { Failure } from "./failure.ts";
import { fail, isFailure } from "./failure.ts";

interface Kind {
  readonly mediaTypes: readonly string[];
  /** Bytes. */
  readonly most: number;
}

const KINDS = {
  json: { mediaTypes: ["application/json"], most: 64 * 1024 },
  yaml: { mediaTypes: YAML_MEDIA_TYPES, most: 1024 * 1024 },
} as const satisfies Record<string, Kind>;

/**
 * A body that is too large is read to its end up to here, and forgotten: a client that is still
 * sending when the connection closes may not get to see the answer (RFC 9112, section 9.6).
 */
const MOST_READ = 8 * 1024 * 1024;

/** The value of a JSON body (`{}` when there is none), the text of a YAML one, or the bytes of a raw one. */
export async function readBody(
  request: Request,
  body: NonNullable<Route["body"]>,
): Promise<unknown> {
  if (body.type === "raw") {
    return readBytes(request, { mediaTypes: [body.mediaType], most: body.most });
  }
  const bytes = await readBytes(request, KINDS[body.type]);
  const text = isFailure(bytes) ? bytes : decoded(bytes);
  if (isFailure(text) || body.type === "yaml") return text;
  return text.trim() === "" ? {} : parseJson(text);
}

async function readBytes(
  request: Request,
  { mediaTypes, most }: Kind,
): Promise<Uint8Array | Failure> {
  if (!hasBody(request.headers)) return new Uint8Array();
  const mediaType = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  const encoding = request.headers.get("content-encoding") ?? "identity";
  if (!mediaTypes.some((one) => one === mediaType) || encoding !== "identity") {
    return fail(
      "unsupported_media_type",
      `The body must be ${mediaTypes.join(" or ")}, not compressed. Nothing was changed.`,
      { contentType: mediaType, contentEncoding: encoding, wanted: mediaTypes },
    );
  }
  return takeBytes(request, most);
}

export function decoded(bytes: Uint8Array): string | Failure {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return fail("bad_request", "The body is not UTF-8. Nothing was changed.");
  }
}

function hasBody(headers: Headers): boolean {
  return headers.has("transfer-encoding") || Number(headers.get("content-length") ?? 0) > 0;
}

async function takeBytes(request: Request, most: number): Promise<Uint8Array | Failure> {
  if (Number(request.headers.get("content-length") ?? 0) > MOST_READ) return tooLarge(most);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  try {
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      length += read.value.byteLength;
      if (length > MOST_READ) break;
      if (length <= most) chunks.push(read.value);
    }
  } catch {
    return fail("bad_request", "The body ended before its end. Nothing was changed.");
  }
  return length > most ? tooLarge(most) : Buffer.concat(chunks);
}

function tooLarge(most: number): Failure {
  return fail(
    "payload_too_large",
    `The body is larger than ${most / 1024} KiB. Nothing was changed.`,
    { most },
  );
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const problem = error instanceof SyntaxError ? error.message : String(error);
    return fail("bad_request", `The body is not JSON: ${problem}. Nothing was changed.`);
  }
}
