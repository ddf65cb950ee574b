import { startLocalCloud } from "../../../src/cloud/local-cloud.ts";

export interface CloudSettings {
  readonly directory: string;
  readonly gatewayPort: number;
}

/** A local cloud in its own process. Says its DNS server's port. */
export async function serveCloud({ directory, gatewayPort }: CloudSettings): Promise<void> {
  const cloud = await startLocalCloud({
    directory,
    dns: { host: "127.0.0.1", port: 0 },
    gateway: { host: "127.0.0.1", port: gatewayPort },
    sidesPort: 8080,
    version: "bench",
    log: (level, message) => console.error(`${level}: ${message}`),
  });
  process.once("SIGTERM", () => void cloud.stop({ tasks: "keep" }));
  console.log(cloud.status.dns.port);
}
