import type { RecordChange, RecordSet } from "../../domain/records.ts";
import { isDomainName, longestMatch } from "./domain-name.ts";
import { flawOfRecords } from "./record-rules.ts";
import { changedTable, namesOf, type RecordTable } from "./record-table.ts";

/** Route 53 Developer Guide, "Quotas": ResourceRecord elements, that is values, in one batch. */
const MAX_BATCH_VALUES = 1000;
/** Route 53 Developer Guide, "Quotas": characters of all values in one batch. */
const MAX_BATCH_CHARACTERS = 32_000;
/** How many accepted changes are remembered; `changeStatus` knows nothing of older ones. */
const REMEMBERED_CHANGES = 1000;

export interface Zone {
  /** The apex. */
  readonly name: string;
  /** The SOA's serial; rises by one with each change (RFC 1982). */
  readonly serial: number;
}

/** All that the DNS server knows. Never changed in place. */
export interface ZoneState {
  readonly zones: ReadonlyMap<string, Zone>;
  readonly records: RecordTable;
  /** Ids of accepted changes, oldest first. */
  readonly acceptedChanges: readonly string[];
}

export type ChangeResult =
  | { readonly kind: "accepted"; readonly changeId: string }
  /** The change breaks a rule or the records are not as it supposes. Nothing changed. */
  | { readonly kind: "refused"; readonly reason: string }
  /** A name is in no zone of this server. Nothing changed. */
  | { readonly kind: "no-such-zone"; readonly reason: string };

type Rejection = Exclude<ChangeResult, { kind: "accepted" }>;

export const EMPTY_STATE: ZoneState = {
  zones: new Map(),
  records: new Map(),
  acceptedChanges: [],
};

/** The host whose address record the server synthesises for each zone. */
export function nameServerOf(apex: string): string {
  return `ns.${apex}`;
}

/** The mailbox of the zone's contact, as the SOA record spells it (RFC 2142 section 7). */
export function contactOf(apex: string): string {
  return `hostmaster.${apex}`;
}

/** The state with the change made whole, or why it is not made at all. */
export function withChange(
  state: ZoneState,
  change: RecordChange,
  changeId: string,
): { readonly kind: "changed"; readonly state: ZoneState } | Rejection {
  const flaw = flawOfBatch(change) ?? flawOfRecords(change.add);
  if (flaw !== undefined) return refused(flaw);
  const names = namesOf(change);
  const zones = new Set(names.map((name) => longestMatch(state.zones, name)));
  const [zone] = zones;
  if (zone === undefined || zones.has(undefined)) return noSuchZone(names, state);
  if (zones.size > 1) {
    return refused(`${names.join(", ")} are not all in one zone, and a change is of one zone`);
  }
  const changed = withRecords(state, change);
  if (changed.kind === "flawed") return refused(changed.flaw);
  return {
    kind: "changed",
    state: {
      zones: new Map(state.zones).set(zone.name, { ...zone, serial: nextSerial(zone.serial) }),
      records: changed.table,
      acceptedChanges: [...state.acceptedChanges, changeId].slice(-REMEMBERED_CHANGES),
    },
  };
}

/**
 * The table with the change made, whatever its size and however many zones it touches. The records
 * added are taken to be well-formed each by itself.
 */
export function withRecords({ zones, records }: ZoneState, change: RecordChange) {
  const changed = changedTable(records, change);
  if (changed.kind === "flawed") return changed;
  const flaw = flawAgainstZones(zones, change.add);
  return flaw === undefined ? changed : { kind: "flawed" as const, flaw };
}

/** The state with the zone in it, or what is wrong with such a zone. A present zone stays as it is. */
export function withZone(state: ZoneState, zone: Zone): ZoneState | { readonly flaw: string } {
  if (state.zones.has(zone.name)) return state;
  if (!isDomainName(contactOf(zone.name))) {
    return {
      flaw: "its name must be a lower-case domain name without a trailing dot, of 242 characters at most",
    };
  }
  const zones = new Map(state.zones).set(zone.name, zone);
  const flaw = flawAgainstZones(zones, [...state.records.values()].flat());
  return flaw === undefined ? { ...state, zones } : { flaw };
}

function flawAgainstZones(zones: ReadonlyMap<string, Zone>, records: readonly RecordSet[]) {
  for (const { name, type } of records) {
    const zone = longestMatch(zones, name);
    if (zone === undefined) return `${name} is in no zone of this server`;
    if (name === zone.name && (type === "CNAME" || type === "NS")) {
      return `${name} ${type}: the apex of a zone has the NS set the server gives it, and no CNAME`;
    }
    if (name === nameServerOf(zone.name)) {
      return `${name} ${type}: the name is the zone's name server, whose records the server makes`;
    }
  }
  return undefined;
}

function flawOfBatch({ remove, add }: RecordChange): string | undefined {
  const values = [...remove, ...add].flatMap((record) => record.values);
  const characters = values.reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  if (remove.length + add.length === 0) return "the change names no record";
  if (Math.max(values.length, remove.length + add.length) > MAX_BATCH_VALUES) {
    return `the change has ${values.length} values in ${remove.length + add.length} record sets; ${MAX_BATCH_VALUES} is the most`;
  }
  if (characters > MAX_BATCH_CHARACTERS) {
    return `the values of the change have ${characters} characters; ${MAX_BATCH_CHARACTERS} is the most`;
  }
  return undefined;
}

/** RFC 1982 section 3.1. */
function nextSerial(serial: number): number {
  return (serial + 1) % 2 ** 32;
}

function refused(flaw: string): Rejection {
  return { kind: "refused", reason: `${flaw}. Nothing was changed.` };
}

function noSuchZone(names: readonly string[], { zones }: ZoneState): Rejection {
  const outside = names.filter((name) => longestMatch(zones, name) === undefined).join(", ");
  const served = [...zones.keys()].join(", ") || "none";
  return {
    kind: "no-such-zone",
    reason: `In no zone of this server: ${outside} (its zones: ${served}). Nothing was changed. Create the zone first.`,
  };
}
