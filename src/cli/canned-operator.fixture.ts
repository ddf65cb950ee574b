import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { ErrorCode } from "../contract/api.ts";

/** One request as it came. */
export interface Asked {
  readonly method: string;
  /** Below `/api/v1`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export interface Canned {
  readonly status: number;
  readonly body: string;
  /** The connection is closed instead of answering. */
  readonly breaks?: true;
}

/** A real server that plays answers prepared for it. */
export interface CannedOperator {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** `GET /apps`: its answers in turn, the last one again and again. */
  on(route: string, ...answers: readonly Canned[]): void;
  /** The JSON bodies that came to a route. */
  bodiesOf(route: string): readonly Record<string, unknown>[];
  stop(): Promise<void>;
}

export function ok(answer: unknown): Canned {
  return { status: 200, body: JSON.stringify(answer) };
}

export function no(status: number, code: ErrorCode, message: string): Canned {
  return { status, body: JSON.stringify({ error: { code, message } }) };
}

export const BREAK: Canned = { status: 0, body: "", breaks: true };

export async function cannedOperator(): Promise<CannedOperator> {
  const asked: Asked[] = [];
  const routes = new Map<string, Canned[]>();
  const server = createServer(async (request, response) => {
    const one = await read(request);
    asked.push(one);
    const route = `${one.method} ${one.path}`;
    const answers = routes.get(route) ?? [no(404, "not_found", `nothing at ${route}`)];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (!answer || answer.breaks) {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    on: (route, ...answers) => routes.set(route, [...answers]),
    bodiesOf: (route) =>
      asked
        .filter(({ method, path }) => `${method} ${path}` === route)
        .map(({ body }) => JSON.parse(body)),
    stop: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function read(request: IncomingMessage): Promise<Asked> {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://here");
  return {
    method: request.method ?? "",
    path: decodeURIComponent(pathname.replace(/^\/api\/v1/, "")),
    query: Object.fromEntries(searchParams),
    headers: request.headers,
    body: await text(request),
  };
}
