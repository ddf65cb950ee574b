import { createRequire } from "node:module";

const WS = createRequire(import.meta.url).resolve("ws");

/**
 * An app without packages of its own that answers requests, streams and WebSockets, always telling
 * which side, release and process it is. `ws` is this repository's.
 */
export const LOADED_SERVER = `import { createServer } from "node:http";
import { createRequire } from "node:module";
const { WebSocketServer } = createRequire(import.meta.url)(${JSON.stringify(WS)});
const served = {
  side: process.env.VERDIGRIS_SIDE,
  release: process.env.VERDIGRIS_RELEASE,
  pid: process.pid,
};
const server = createServer((request, response) => {
  const url = new URL(request.url, "http://app");
  if (url.pathname === "/stream") return stream(response, Number(url.searchParams.get("events")));
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(served));
});
function stream(response, events) {
  response.setHeader("content-type", "text/event-stream");
  let n = 0;
  const timer = setInterval(() => {
    n += 1;
    response.write("data: " + JSON.stringify({ n, of: events, ...served }) + "\\n\\n");
    if (n < events) return;
    clearInterval(timer);
    response.end();
  }, 100);
  response.on("close", () => clearInterval(timer));
}
const sockets = new WebSocketServer({ server });
sockets.on("connection", (socket) => {
  socket.on("message", (text) => socket.send(JSON.stringify({ n: Number(text), ...served })));
});
server.listen(process.env.PORT, process.env.HOST);
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
`;
