import type { RecordChange, RecordSet, RecordType } from "../../../domain/records.ts";
import type {
  ChangeStatus,
  TrafficZone,
  WireAnswer,
  ZoneAnswer,
} from "../../../ports/traffic-zone.ts";
import { askDns, type DnsServerAddress } from "../../dns/ask-dns.ts";
import type { CloudClient } from "./cloud-client.ts";
import { CloudRefusal, CloudUnreachable } from "./cloud-errors.ts";
import { sharedDomain } from "./shared-domain.ts";

/** The apex of the zone to make for these names; undefined when none would do. */
type ApexOf = (names: readonly string[]) => string | undefined;

/** The zones of the local cloud's DNS server. A zone that a change needs is made by the way. */
export class LocalTrafficZone implements TrafficZone {
  readonly #client: CloudClient;
  readonly #apexOf: ApexOf;
  #dns: DnsServerAddress | undefined;

  constructor(client: CloudClient, apexOf: ApexOf = sharedDomain) {
    this.#client = client;
    this.#apexOf = apexOf;
  }

  observe(names: readonly string[]): Promise<readonly RecordSet[]> {
    return this.#client.records(names);
  }

  async apply(change: RecordChange): Promise<ZoneAnswer> {
    try {
      return { kind: "accepted", changeId: await this.#applied(change) };
    } catch (error) {
      if (error instanceof CloudUnreachable) return { kind: "unavailable", reason: error.message };
      if (error instanceof CloudRefusal) return { kind: kindOf(error), reason: error.message };
      throw error;
    }
  }

  async changeStatus(changeId: string): Promise<ChangeStatus> {
    return (await this.#client.changeStatus(changeId)) ?? "unknown";
  }

  async ask(name: string, type: RecordType): Promise<readonly WireAnswer[]> {
    this.#dns ??= (await this.#client.status()).dns;
    const answer = await askDns(this.#dns, name, type);
    // The local cloud may be another one by now, at another port.
    if (answer.rcode === "TIMEOUT") this.#dns = undefined;
    return [answer];
  }

  async #applied(change: RecordChange): Promise<string> {
    try {
      return await this.#client.apply(change);
    } catch (error) {
      const isZoneMissing = error instanceof CloudRefusal && error.code === "not_found";
      const name = isZoneMissing ? this.#apexOf(namesOf(change)) : undefined;
      if (name === undefined) throw error;
      await this.#client.ensureZone({ name });
      return await this.#client.apply(change);
    }
  }
}

function namesOf({ remove, add }: RecordChange): readonly string[] {
  return [...remove, ...add].map(({ name }) => name);
}

function kindOf({ code }: CloudRefusal): Exclude<ZoneAnswer["kind"], "accepted"> {
  switch (code) {
    case "change_refused":
      return "refused";
    case "internal":
    case "unavailable":
      return "unavailable";
    default:
      return "forbidden";
  }
}
