import { isIPv6 } from "node:net";
import type { RecordSet } from "../../domain/records.ts";
import { longestMatch, parentName } from "./domain-name.ts";
import { soaAnswer, soaForNegative, type WireSet } from "./wire-records.ts";
import { nameServerOf, type Zone, type ZoneState } from "./zone-state.ts";

export interface ViewedZone {
  readonly name: string;
  readonly soa: WireSet;
  readonly negativeSoa: WireSet;
}

const NAME_SERVER_TTL_SECONDS = 900;

/** The zones as the wire shows them: the records given and those the server makes itself. */
export class ZoneView {
  readonly #zones: ReadonlyMap<string, ViewedZone>;
  readonly #sets: Map<string, readonly RecordSet[]>;
  readonly #delegations = new Set<string>();

  /** `address` is where the server listens; it is published as each zone's name server. */
  constructor(state: ZoneState, address: string) {
    this.#zones = new Map([...state.zones].map(([name, zone]) => [name, viewed(zone)]));
    this.#sets = new Map(state.records);
    for (const name of state.zones.keys()) {
      this.#add(nameServerSet(name));
      this.#add(nameServerAddress(name, address));
    }
    for (const [name, sets] of [...this.#sets]) {
      const delegates = sets.some(({ type }) => type === "NS") && !this.#zones.has(name);
      if (delegates) this.#delegations.add(name);
      this.#addEmptyAbove(name);
    }
  }

  zoneOf(name: string): ViewedZone | undefined {
    return longestMatch(this.#zones, name);
  }

  /**
   * The sets at a name; none for an empty non-terminal, a name that exists only because there are
   * names below it (RFC 4592 section 2.2.2); undefined when the name does not exist.
   */
  setsAt(name: string): readonly RecordSet[] | undefined {
    return this.#sets.get(name);
  }

  /** The highest name within the zone, from `name` up, that is delegated to other name servers. */
  delegationAbove(name: string, zone: ViewedZone): string | undefined {
    if (this.#delegations.size === 0) return undefined;
    let highest: string | undefined;
    for (let at: string | undefined = name; at && at !== zone.name; at = parentName(at)) {
      if (this.#delegations.has(at)) highest = at;
    }
    return highest;
  }

  #add(set: RecordSet): void {
    this.#sets.set(set.name, [...(this.#sets.get(set.name) ?? []), set]);
  }

  #addEmptyAbove(name: string): void {
    for (let at = parentName(name); at !== undefined; at = parentName(at)) {
      if (this.#sets.has(at) || this.zoneOf(at) === undefined) return;
      this.#sets.set(at, []);
    }
  }
}

function viewed(zone: Zone): ViewedZone {
  return { name: zone.name, soa: soaAnswer(zone), negativeSoa: soaForNegative(zone) };
}

function nameServerSet(apex: string): RecordSet {
  return {
    name: apex,
    type: "NS",
    ttlSeconds: NAME_SERVER_TTL_SECONDS,
    values: [nameServerOf(apex)],
  };
}

function nameServerAddress(apex: string, address: string): RecordSet {
  return {
    name: nameServerOf(apex),
    type: isIPv6(address) ? "AAAA" : "A",
    ttlSeconds: NAME_SERVER_TTL_SECONDS,
    values: [address],
  };
}
