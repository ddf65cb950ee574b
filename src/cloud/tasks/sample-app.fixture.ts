import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeploymentSpec } from "../control/protocol.ts";
import { deployment } from "./record.fixture.ts";

/**
 * Answers every path with its release and pid, and 500 once it was told to stop. HEALTH=503 makes it
 * unhealthy, STUBBORN=1 deaf to SIGTERM, CHILD=1 the parent of a deaf process in a session of its own. A
 * GET of /exit ends it with code 7, /ill makes it unhealthy, /checks tells how often it was asked for its
 * health since, and after /mute it accepts and never answers again.
 */
const APP = `
import { spawn } from "node:child_process";
import { createServer } from "node:http";
const { CHILD, PORT, HOST, HEALTH, STUBBORN, VERDIGRIS_RELEASE } = process.env;
let [checks, ill, mute, stopping] = [0, HEALTH, false, false];
const server = createServer((request, response) => {
  if (request.url === "/exit") {
    console.error("told to exit");
    process.exit(7);
  }
  if (request.url === "/mute") mute = true;
  if (mute) return;
  if (request.url === "/ill") ill = "503";
  if (request.url === "/checks") return response.end(String(checks));
  if (request.url === "/health" && ill) {
    checks += 1;
    response.statusCode = Number(ill);
  }
  if (stopping) response.statusCode = 500;
  response.end(VERDIGRIS_RELEASE + " " + process.pid);
});
if (CHILD) {
  const deaf = "process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000);";
  spawn(process.execPath, ["-e", deaf], { detached: true, stdio: "ignore" }).unref();
}
process.on("SIGTERM", () => {
  if (STUBBORN) return console.log("deaf to SIGTERM");
  stopping = true;
  setTimeout(() => {
    console.log("stopped");
    process.exit(0);
  }, 30);
});
server.listen(Number(PORT), HOST, () => console.log("listening on", PORT));
`;

/** A folder with the sample app and a data directory, both in the system's temporary folder. */
export interface Workplace {
  readonly directory: string;
  spec(id: string, revision: number, changes?: Partial<DeploymentSpec>): DeploymentSpec;
  remove(): Promise<void>;
}

export async function makeWorkplace(): Promise<Workplace> {
  const root = await mkdtemp(join(tmpdir(), "verdigris-tasks-"));
  await writeFile(join(root, "app.mjs"), APP);
  const app = { directory: root, start: "exec node app.mjs" };
  return {
    directory: join(root, "data"),
    spec: (id, revision, changes) => deployment(id, { ...app, revision, tasks: 1, ...changes }),
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}
