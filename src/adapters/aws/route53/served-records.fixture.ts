import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { type DnsServer, startDns } from "../../../cloud/dns/dns-server.ts";
import type { RecordSet, RecordType } from "../../../domain/records.ts";
import { SystemClock } from "../../local/system-clock.ts";
import { type AskServers, askNameServers } from "./name-servers.ts";

/** The addresses that aliases are answered with, by the name that they point to. */
export type Addresses = Readonly<Record<string, string>>;

/**
 * A name server on loopback that answers with what Route 53 holds, and the way to ask it. Before each
 * question it takes over what `list` gives.
 */
export class ServedRecords {
  readonly #dns: DnsServer;
  readonly #folder: string;
  readonly #list: () => Promise<readonly ResourceRecordSet[]>;
  readonly #addresses: Addresses;

  static async start(
    apex: string,
    list: () => Promise<readonly ResourceRecordSet[]>,
    addresses: Addresses = {},
  ): Promise<ServedRecords> {
    const folder = await mkdtemp(join(tmpdir(), "verdigris-served-"));
    const file = join(folder, "zones.json");
    const dns = await startDns({ host: "127.0.0.1", port: 0, file, isHealthy: () => true });
    await dns.ensureZone(apex);
    return new ServedRecords(dns, folder, list, addresses);
  }

  private constructor(
    dns: DnsServer,
    folder: string,
    list: () => Promise<readonly ResourceRecordSet[]>,
    addresses: Addresses,
  ) {
    this.#dns = dns;
    this.#folder = folder;
    this.#list = list;
    this.#addresses = addresses;
  }

  /** `host:port`. */
  get address(): string {
    return `${this.#dns.host}:${this.#dns.port}`;
  }

  ask(): AskServers {
    const ask = askNameServers({ clock: new SystemClock(), servers: [this.address] });
    return async (name, type, own) => {
      await this.takeOver();
      return ask(name, type, own);
    };
  }

  async takeOver(): Promise<void> {
    const add = (await this.#list()).flatMap((set) => this.#served(set));
    const remove = this.#dns.records(this.#dns.names());
    if (JSON.stringify(add) === JSON.stringify(remove) || add.length + remove.length === 0) return;
    const result = await this.#dns.apply({ remove, add });
    if (result.kind !== "accepted") throw new Error(result.reason);
  }

  async close(): Promise<void> {
    await this.#dns.stop();
    await rm(this.#folder, { recursive: true });
  }

  #served(set: ResourceRecordSet): readonly RecordSet[] {
    if (set.Type === "SOA" || set.Type === "NS") return [];
    const { SetIdentifier: id, Weight: weight, AliasTarget } = set;
    const target = AliasTarget && this.#addresses[AliasTarget.DNSName?.replace(/\.$/, "") ?? ""];
    const values = (set.ResourceRecords ?? []).map(({ Value = "" }) =>
      set.Type === "TXT" ? textIn(Value) : Value,
    );
    return [
      {
        name: (set.Name ?? "").replace(/\.$/, ""),
        type: set.Type as RecordType,
        ...(id !== undefined && weight !== undefined && { set: { id, weight } }),
        ttlSeconds: AliasTarget ? 60 : (set.TTL ?? 0),
        values: target === undefined ? values : [target],
      },
    ];
  }
}

/** The text between the quotes, read octet by octet as a name server's zone file would be. */
function textIn(value: string): string {
  const octets: number[] = [];
  let isQuoted = false;
  for (let at = 0; at < value.length; at++) {
    const character = value[at] ?? "";
    if (character === '"') isQuoted = !isQuoted;
    else if (character !== "\\") {
      if (isQuoted) octets.push(character.charCodeAt(0));
    } else if (/[0-7]/.test(value[at + 1] ?? "")) {
      octets.push(Number.parseInt(value.slice(at + 1, at + 4), 8));
      at += 3;
    } else {
      octets.push(value.charCodeAt(at + 1));
      at += 1;
    }
  }
  return Buffer.from(octets).toString("utf8");
}
