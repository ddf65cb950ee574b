import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { identify } from "./identity.js";
import { page } from "./page.js";

const watch = readFileSync(new URL("./watch.js", import.meta.url), "utf8");

/** Answers one request. Nothing is kept between requests, so any task can answer any of them. */
export function answer(request: IncomingMessage, response: ServerResponse): void {
  const { status, type, body } = replyTo(request);
  response.writeHead(status, {
    "content-type": `${type}; charset=utf-8`,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    ...(status === 405 ? { allow: "GET, HEAD" } : {}),
  });
  response.end(body);
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function replyTo({ method, url }: IncomingMessage): Reply {
  if (method !== "GET" && method !== "HEAD") {
    return { status: 405, type: "text/plain", body: "Only GET and HEAD\n" };
  }
  const who = identify(process.env);
  switch (url?.split("?")[0]) {
    case "/":
      return { status: 200, type: "text/html", body: page(who) };
    case "/watch.js":
      return { status: 200, type: "text/javascript", body: watch };
    case "/api/info":
      return { status: 200, type: "application/json", body: JSON.stringify(who) };
    case "/health":
      return { status: 200, type: "text/plain", body: "ok\n" };
    default:
      return { status: 404, type: "text/plain", body: "Not found\n" };
  }
}
