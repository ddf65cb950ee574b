import type { HostedZone as WrittenZone } from "@aws-sdk/client-route-53";
import type { RecordChange } from "../../../domain/records.ts";
import type { Clock } from "../../../ports/clock.ts";
import { chooseZone, type HostedZone, type ZoneFound } from "./choose-zone.ts";
import { isWithin, nameOf, writtenName } from "./record-name.ts";
import { Remembered } from "./remembered.ts";
import { Route53RequestError } from "./route53-refusal.ts";
import type { Route53Requests } from "./route53-requests.ts";

export interface HostedZonesOptions {
  readonly requests: Route53Requests;
  readonly clock: Clock;
  /** The ids of the only zones that may be used; when left out, those of the account are found by name. */
  readonly ids?: readonly string[] | undefined;
}

interface Described {
  readonly zone: HostedZone;
  /** Host names; none of a private zone. */
  readonly nameServers: readonly string[];
}

const GOOD_FOR_MS = 5 * 60_000;
/** A zone that wasn't found may have been made meanwhile. */
const FRESH_MS = 10_000;
/** ListHostedZonesByName gives up to 100 zones a page. */
const MAX_PAGES = 20;

/** Which hosted zone a name is in, remembered for some minutes. Rejects with a Route53RequestError. */
export class HostedZones {
  readonly #requests: Route53Requests;
  readonly #ids: readonly string[] | undefined;
  readonly #described: Remembered<Described | undefined>;
  readonly #listed: Remembered<readonly HostedZone[]>;
  readonly #found = new Set<string>();

  constructor({ requests, clock, ids }: HostedZonesOptions) {
    this.#requests = requests;
    this.#ids = ids?.map(bareId);
    this.#described = new Remembered(clock);
    this.#listed = new Remembered(clock);
  }

  /** The zone with the longest name that `name` is at or below; `isFresh` takes no old answer. */
  async find(name: string, isFresh = false): Promise<ZoneFound> {
    const known = isFresh ? undefined : await this.#findWithin(name, GOOD_FOR_MS);
    const found = known?.kind === "found" ? known : await this.#findWithin(name, FRESH_MS);
    if (found.kind === "found") this.#found.add(found.zone.name);
    return found;
  }

  /** The host names of the zone's own name servers. */
  async nameServers({ id }: HostedZone, isFresh = false): Promise<readonly string[]> {
    const maxAgeMs = isFresh ? FRESH_MS : GOOD_FOR_MS;
    return (await this.#describe(id, maxAgeMs))?.nameServers ?? [];
  }

  /** What was known of it is out of date: it was replaced, perhaps. */
  forget({ id }: HostedZone): void {
    this.#described.forget(id);
    this.#listed.forgetAll();
  }

  /**
   * By which changes wait for each other: the name of the hosted zone, as far as it is known yet. A
   * change that waits with those of another zone is none the worse for it: it is sent apart from them.
   */
  zoneOf({ remove, add }: RecordChange): string {
    const name = [...remove, ...add][0]?.name ?? "";
    const zones = [...this.#found].filter((zone) => isWithin(name, zone));
    return zones.sort((a, b) => b.length - a.length)[0] ?? familyOf(name);
  }

  async #findWithin(name: string, maxAgeMs: number): Promise<ZoneFound> {
    if (this.#ids) {
      const all = await Promise.all(this.#ids.map((id) => this.#describe(id, maxAgeMs)));
      const missing = this.#ids.filter((_, index) => !all[index]);
      return chooseZone(
        name,
        all.flatMap((one) => (one ? [one.zone] : [])),
        missing,
      );
    }
    const family = familyOf(name);
    const found = chooseZone(name, await this.#list(family, MAX_PAGES, maxAgeMs));
    const top = name.slice(name.lastIndexOf(".") + 1);
    if (found.kind !== "none" || top === family) return found;
    return chooseZone(name, await this.#list(top, 1, maxAgeMs));
  }

  #describe(id: string, maxAgeMs: number): Promise<Described | undefined> {
    return this.#described.get(id, maxAgeMs, async () => {
      try {
        const { HostedZone, DelegationSet } = await this.#requests.getHostedZone(id);
        if (!HostedZone) return undefined;
        const nameServers = (DelegationSet?.NameServers ?? []).map(nameOf);
        return { zone: zoneOf(HostedZone), nameServers };
      } catch (error) {
        if (error instanceof Route53RequestError && error.fault === "no-such-zone")
          return undefined;
        throw error;
      }
    });
  }

  /**
   * The zones at and below a name. They follow each other, for zones are listed by name with the
   * labels reversed (API, ListHostedZonesByName).
   */
  #list(apex: string, pages: number, maxAgeMs: number): Promise<readonly HostedZone[]> {
    return this.#listed.get(apex, maxAgeMs, async () => {
      const zones: HostedZone[] = [];
      let from: { DNSName?: string | undefined; HostedZoneId?: string | undefined } = {
        DNSName: writtenName(apex),
      };
      for (let page = 0; page < pages; page++) {
        const answer = await this.#requests.listHostedZones(from);
        const listed = (answer.HostedZones ?? []).map(zoneOf);
        zones.push(...listed.filter(({ name }) => isWithin(name, apex)));
        const next = answer.NextDNSName;
        if (!answer.IsTruncated || next === undefined || !isWithin(nameOf(next), apex)) break;
        from = { DNSName: next, HostedZoneId: answer.NextHostedZoneId };
      }
      return zones;
    });
  }
}

function zoneOf({ Id, Name, Config, LinkedService }: WrittenZone): HostedZone {
  const owner = LinkedService?.ServicePrincipal ?? LinkedService?.Description;
  return {
    id: bareId(Id ?? ""),
    name: nameOf(Name ?? ""),
    isPrivate: Config?.PrivateZone ?? false,
    ...(owner !== undefined && { ownedBy: owner }),
  };
}

/** Ids are given as `/hostedzone/Z123` and taken either way. */
function bareId(id: string): string {
  return id.replace(/^\/?hostedzone\//, "");
}

/** The last two labels: what is below them is listed at once, so that its names share the answer. */
function familyOf(name: string): string {
  return name.split(".").slice(-2).join(".");
}
