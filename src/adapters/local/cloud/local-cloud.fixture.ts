import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalCloud, startLocalCloud } from "../../../cloud/local-cloud.ts";
import { endAll } from "../../../cloud/tasks/observe.fixture.ts";
import type { ProcessSide } from "../../../domain/configuration.ts";
import type { Fate } from "../../../ports/side-runtime.contract.ts";
import type { SideDeployment } from "../../../ports/side-runtime.ts";
import { CloudClient } from "./cloud-client.ts";

/**
 * Answers with its release and pid. HEALTH=503 makes it unhealthy; the answer to /hold ends when
 * somebody gets /release.
 */
const APP = `
import { createServer } from "node:http";
const { PORT, HOST, HEALTH = "200", VERDIGRIS_RELEASE } = process.env;
const held = [];
createServer((request, response) => {
  if (request.url === "/hold") return held.push(response), response.write("held");
  if (request.url === "/release") for (const one of held.splice(0)) one.end();
  if (request.url === "/health") response.statusCode = Number(HEALTH);
  response.end(VERDIGRIS_RELEASE + " " + process.pid);
}).listen(Number(PORT), HOST, () => console.log("listening on", PORT));
`;

const CHANGES: Readonly<Record<Fate, { start?: string; environment?: Record<string, string> }>> = {
  healthy: {},
  failing: { start: "echo no such database >&2; exit 3" },
  starting: { environment: { HEALTH: "503" } },
};

/** A temporary folder with the sample app, and the directory of a local cloud. */
export class Workplace {
  readonly root: string;
  readonly directory: string;

  private constructor(root: string) {
    this.root = root;
    this.directory = join(root, "cloud");
  }

  static async make(): Promise<Workplace> {
    const root = await mkdtemp(join(tmpdir(), "verdigris-cloud-"));
    await writeFile(join(root, "app.mjs"), APP);
    return new Workplace(root);
  }

  deployment(id: string, revision: number, fate: Fate = "healthy", tasks = 1): SideDeployment {
    return {
      id,
      revision,
      releaseId: `release-of-${id}`,
      artifact: { digest: `sha256:${id}`, location: this.root },
      process: {
        start: "exec node app.mjs",
        healthPath: "/health",
        tasks,
        environment: {},
        graceSeconds: 5,
        ...CHANGES[fate],
      },
      healthTimeoutSeconds: 20,
    };
  }

  /** Ends the tasks that are left, and removes the folder. */
  async remove(): Promise<void> {
    await endAll(this.directory);
    await rm(this.root, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A local cloud in this process, on ports that were free, and a client to it. */
export class RunningCloud {
  readonly place: Workplace;
  readonly client: CloudClient;
  cloud: LocalCloud;

  private constructor(place: Workplace, cloud: LocalCloud) {
    this.place = place;
    this.cloud = cloud;
    this.client = new CloudClient(place.directory);
  }

  static async start(): Promise<RunningCloud> {
    const place = await Workplace.make();
    return new RunningCloud(place, await startIn(place.directory));
  }

  async restart(): Promise<void> {
    await this.cloud.stop({ tasks: "keep" });
    this.cloud = await startIn(this.place.directory);
  }

  async close(): Promise<void> {
    this.client.close();
    await this.cloud.stop({ tasks: "stop" });
    await this.place.remove();
  }
}

export function startIn(
  directory: string,
  ports: { readonly dns?: number; readonly gateway?: number } = {},
): Promise<LocalCloud> {
  return startLocalCloud({
    directory,
    dns: { host: "127.0.0.1", port: ports.dns ?? 0 },
    gateway: { host: "localhost", port: ports.gateway ?? 0 },
    sidesPort: 8080,
    version: "0.0.0-test",
    log: () => undefined,
  });
}

/** Nobody listened there a moment ago. */
export async function freeListener(address = someLoopback()): Promise<ProcessSide> {
  const server = createServer().listen(0, address);
  await once(server, "listening");
  const bound = server.address();
  server.close();
  await once(server, "close");
  if (typeof bound !== "object" || !bound) throw new Error("A TCP server has no TCP address");
  return { runtime: "process", address, port: bound.port };
}

function someLoopback(): string {
  const octet = () => 1 + Math.floor(Math.random() * 254);
  return `127.${octet()}.${octet()}.${octet()}`;
}
