import { join } from "node:path";
import { startDns } from "../../../src/cloud/dns/dns-server.ts";
import type { RecordSet } from "../../../src/domain/records.ts";

export interface DnsSettings {
  readonly folder: string;
  readonly zone: string;
  readonly records: readonly RecordSet[];
}

/** The DNS server as the local cloud starts it, with a zone. Says its port. */
export async function serveDns({ folder, zone, records }: DnsSettings): Promise<void> {
  const dns = await startDns({
    host: "127.0.0.1",
    port: 0,
    file: join(folder, "zones.json"),
    isHealthy: () => true,
  });
  await dns.ensureZone(zone);
  const made = await dns.apply({ remove: [], add: records });
  if (made.kind !== "accepted") throw new Error(`the records were not taken: ${made.reason}`);
  console.log(dns.port);
}
