/** What an app can do to whoever runs it: code that runs when it starts. */
const DIFFICULTIES = {
  none: "listen();",
  "slow to start": "setTimeout(listen, 2000);",
  "too slow to start": "console.log('warming the cache'); setTimeout(listen, 60_000);",
  "exits at once": 'console.error("no database: DATABASE_URL is empty"); process.exit(3);',
  "never listens": "setInterval(() => undefined, 1000);",
  "listens on the wrong port": "server.listen(0, process.env.HOST);",
  "fails its health check": "healthy = false; listen();",
  "leaks before it is healthy": "leak();",
  "fails requests": "broken = true; listen();",
  "never answers": "mute = true; listen();",
  "closes connections and writes without end": "fickle = true; listen(); write();",
  "ignores SIGTERM and leaves children": "listen(); deaf = true; leaveChildren();",
} as const;

export type Difficulty = keyof typeof DIFFICULTIES;

/** Paths: /health; /leak and /hang do what they say; /slow takes a second. All others tell who answers. */
const SERVER = `import { spawn } from "node:child_process";
import { createServer } from "node:http";
let [broken, deaf, fickle, healthy, mute] = [false, false, false, true, false];
const served = () => JSON.stringify({
  side: process.env.VERDIGRIS_SIDE,
  release: process.env.VERDIGRIS_RELEASE,
  pid: process.pid,
});
const server = createServer((request, response) => {
  if (request.url === "/health") return response.writeHead(healthy ? 200 : 503).end();
  if (request.url === "/leak") leak();
  if (request.url === "/hang") for (;;);
  if (request.url === "/slow") return setTimeout(() => response.end(served()), 1000);
  if (mute) return;
  if (fickle) setTimeout(() => request.socket.destroySoon(), Math.random() * 20);
  response.writeHead(broken ? 500 : 200).end(broken ? "no such table" : served());
});
const listen = () => server.listen(process.env.PORT, process.env.HOST);
function leak() {
  for (const kept = []; ; ) kept.push(Array.from({ length: 10_000 }, (_, n) => ({ n })));
}
function write() {
  process.stdout.write(("x".repeat(1023) + "\\n").repeat(1024), () => setTimeout(write, 50));
}
function leaveChildren() {
  const code = "setInterval(() => undefined, 1000); process.on('SIGTERM', () => undefined)";
  for (const detached of [false, true]) {
    spawn(process.execPath, ["-e", code], { stdio: "ignore", detached }).unref();
  }
}
process.on("SIGTERM", () => {
  if (deaf) return;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
`;

/** Flips need no approval, so a run of it flips by itself. */
const CONFIGURATION = `app: site
build:
  start: exec node --max-old-space-size=40 server.js
  health: /health
environments:
  production:
    kind: blue-green
    record: site.test
    preview: standby.site.test
    ttl: 1s
    tasks: 2
    grace: 2s
    deployTimeout: 4s
    flip: { drain: 1s, approvals: { required: 0 } }
`;

export function difficultApp(difficulty: Difficulty): Readonly<Record<string, string>> {
  return {
    ".gitignore": ".verdigris/\n",
    "package.json": '{ "type": "module" }\n',
    "server.js": `${SERVER}${DIFFICULTIES[difficulty]}\n`,
    "verdigris.yaml": CONFIGURATION,
  };
}
