import { isIPv4, isIPv6 } from "node:net";
import type { RecordSet, RecordType } from "../../domain/records.ts";
import { isDomainName } from "./domain-name.ts";

/** RFC 2181 section 8. */
const MAX_TTL_SECONDS = 2 ** 31 - 1;
/** Route 53 Developer Guide, "Values specific for weighted records". */
const MAX_WEIGHT = 255;
/** Route 53 API Reference, ResourceRecordSet, SetIdentifier. */
const MAX_SET_ID_CHARACTERS = 128;
/** Route 53 Developer Guide, "Quotas": weighted records with the same name and type. */
const MAX_WEIGHTED_SETS = 100;

/** What is wrong with the first record set that is not well-formed by itself, or undefined. */
export function flawOfRecords(records: readonly RecordSet[]): string | undefined {
  return firstFlaw(records, flawOfRecord);
}

export function firstFlaw<T>(
  items: readonly T[],
  flawOf: (item: T) => string | undefined,
): string | undefined {
  for (const item of items) {
    const flaw = flawOf(item);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function flawOfRecord(record: RecordSet): string | undefined {
  const flaw =
    flawOfName(record.name) ??
    flawOfTtl(record.ttlSeconds) ??
    flawOfWeighting(record) ??
    flawOfValues(record);
  return flaw && `${record.name} ${record.type}: ${flaw}`;
}

function flawOfName(name: string): string | undefined {
  if (isDomainName(name)) return undefined;
  return "the name must be a lower-case domain name without a trailing dot; wildcards are not supported";
}

function flawOfTtl(seconds: number): string | undefined {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_TTL_SECONDS) return undefined;
  return `the TTL must be a whole number of seconds from 0 to ${MAX_TTL_SECONDS}, not ${seconds}`;
}

function flawOfWeighting({ set, healthCheck }: RecordSet): string | undefined {
  if (healthCheck === "") return "the name of its health check is empty";
  if (set === undefined) return undefined;
  if (set.id.length === 0 || set.id.length > MAX_SET_ID_CHARACTERS) {
    return `the id of a weighted set must have 1 to ${MAX_SET_ID_CHARACTERS} characters`;
  }
  if (!Number.isInteger(set.weight) || set.weight < 0 || set.weight > MAX_WEIGHT) {
    return `the weight of "${set.id}" must be a whole number from 0 to ${MAX_WEIGHT}, not ${set.weight}`;
  }
  return undefined;
}

function flawOfValues({ type, values }: RecordSet): string | undefined {
  if (values.length === 0) return "it has no value";
  if (type === "CNAME" && values.length > 1) return "a CNAME has exactly one value (RFC 1034)";
  if (new Set(values).size < values.length) return "a value is given twice";
  const bad = values.find((value) => !WELL_FORMED[type](value));
  return bad === undefined ? undefined : `${JSON.stringify(bad)} is not ${EXPECTED[type]}`;
}

const WELL_FORMED: Record<RecordType, (value: string) => boolean> = {
  A: isIPv4,
  AAAA: (value) => isIPv6(value) && !value.includes("%"),
  CNAME: (value) => isDomainName(value.toLowerCase()),
  NS: (value) => isDomainName(value.toLowerCase()),
  TXT: (value) => !/[\p{Cc}\p{Cs}]/u.test(value),
};

const EXPECTED: Record<RecordType, string> = {
  A: "an IPv4 address",
  AAAA: "an IPv6 address without a zone",
  CNAME: "a host name without a trailing dot",
  NS: "a host name without a trailing dot",
  TXT: "text without control characters",
};

/** What forbids that these sets, which all have one name, are there together; or undefined. */
export function flawOfNeighbours(sets: readonly RecordSet[]): string | undefined {
  const types = [...new Set(sets.map(({ type }) => type))];
  if (types.includes("CNAME") && types.length > 1) {
    return `${sets[0]?.name}: a CNAME can't stand beside other types (RFC 1034 section 3.6.2)`;
  }
  return firstFlaw(types, (type) => {
    const flaw = flawOfGroup(sets.filter((set) => set.type === type));
    return flaw && `${sets[0]?.name} ${type}: ${flaw}`;
  });
}

/**
 * Route 53's rules for the sets of one name and type: Developer Guide, "Choosing a routing policy"
 * and "Quotas"; API Reference, ResourceRecordSet, TTL.
 */
function flawOfGroup(group: readonly RecordSet[]): string | undefined {
  if (group.length < 2) return undefined;
  if (group.some(({ set }) => set === undefined)) return "weighted and simple sets can't mix";
  if (group.length > MAX_WEIGHTED_SETS)
    return `there can be at most ${MAX_WEIGHTED_SETS} weighted sets`;
  if (new Set(group.map(({ ttlSeconds }) => ttlSeconds)).size > 1) {
    return "all weighted sets must have the same TTL";
  }
  return undefined;
}
