import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { configuration } from "../support/apps.ts";
import { User } from "../support/machine.ts";
import { visit } from "../support/visit.ts";

/** Programs that others wrote, taken from npm and run by configuration alone. */
const FOREIGN = [
  {
    kind: "a static file server",
    package: { "http-server": "14.1.1" },
    start: "node_modules/.bin/http-server public -p $PORT -a 127.0.0.1",
    health: "/",
    files: { "public/index.html": "<h1>hello from a file</h1>" },
    path: "/",
    answers: "hello from a file",
  },
  {
    kind: "a REST server",
    package: { "json-server": "0.17.4" },
    start: "node_modules/.bin/json-server --port $PORT --host 127.0.0.1 db.json",
    health: "/colours",
    files: { "db.json": '{ "colours": [{ "id": 1, "name": "verdigris" }] }' },
    path: "/colours/1",
    answers: "verdigris",
  },
  {
    kind: "a WebSocket server",
    package: { peer: "1.0.2" },
    start: "node_modules/.bin/peerjs --port $PORT --path /",
    health: "/",
    files: {},
    path: "/",
    answers: "PeerJS",
    socket: "/peerjs?key=peerjs&id=visitor&token=secret",
    says: "OPEN",
  },
] as const;

describe.each(FOREIGN)("$kind that nobody here wrote", (foreign) => {
  let user: User;

  beforeAll(async () => {
    user = await User.withApp({
      ".gitignore": ".verdigris/\nnode_modules/\n",
      "package.json": JSON.stringify({ name: "foreign", dependencies: foreign.package }),
      "verdigris.yaml": configuration(
        `  command: npm install --no-audit --no-fund --prefer-offline\n  start: ${foreign.start}\n  health: ${foreign.health}`,
      ),
      ...foreign.files,
    });
    await user.up();
    await user.live("first");
  });
  afterAll(() => user.leave());

  it("is released unchanged and serves", async () => {
    const { status, body } = await visit(user.ready?.gateway ?? "", "site.test", foreign.path);
    expect(status).toBe(200);
    expect(body).toContain(foreign.answers);
    if (!("socket" in foreign)) return;
    const gateway = user.ready?.gateway.replace("http:", "ws:");
    const socket = new WebSocket(`${gateway}${foreign.socket}`, { headers: { host: "site.test" } });
    const said = await new Promise((resolve, reject) => {
      socket.once("message", (text) => resolve(String(text)));
      socket.once("error", reject);
    });
    expect(said).toContain(foreign.says);
    socket.terminate();
  });
});
