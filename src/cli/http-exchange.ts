import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { withDeadline } from "../machine/deadline.ts";
import { Unreachable } from "./problem.ts";

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** A connection that was refused or broke, or an answer that did not come in time. */
export class BrokenConnection extends Unreachable {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.name = "BrokenConnection";
    this.code = code;
  }
}

const ANSWER_WITHIN_MS = 60_000;
const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;

/** One request and its whole answer. Throws `BrokenConnection`, or the signal's reason. */
export function exchange(wanted: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  return withDeadline(ANSWER_WITHIN_MS, signal, async (either) => {
    try {
      const answer = await send(wanted, either);
      return { status: answer.statusCode ?? 0, body: await wholeBody(answer) };
    } catch (error) {
      signal.throwIfAborted();
      if (either.aborted) {
        throw new BrokenConnection(`no answer in ${ANSWER_WITHIN_MS / 1000} s`, "ETIMEDOUT");
      }
      if (!(error instanceof Error)) throw error;
      const { code, message } = error as NodeJS.ErrnoException;
      throw new BrokenConnection(message || String(code), code ?? "");
    }
  });
}

async function send(
  { method, url, headers, body }: HttpRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  // https loads TLS, which one machine never needs.
  const secure = url.startsWith("https:") ? (await import("node:https")).request : undefined;
  return await new Promise((resolve, reject) => {
    const options = {
      method,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }),
      },
      signal,
    };
    const request: ClientRequest = (secure ?? httpRequest)(url, options);
    request.on("response", resolve);
    request.on("error", reject);
    request.end(body);
  });
}

async function wholeBody(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_ANSWER_BYTES) {
      throw new Error(`the answer is larger than ${LARGEST_ANSWER_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
