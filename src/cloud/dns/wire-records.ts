import dnsPacket from "dns-packet";
import type { RecordSet } from "../../domain/records.ts";
import { HEADER_OCTETS } from "./wire-constants.ts";
import { contactOf, nameServerOf, type Zone } from "./zone-state.ts";

/** A record set as it goes on the wire. */
export interface WireSet {
  readonly owner: string;
  /** For each record its type, class, TTL and data: everything that follows the owner's name. */
  readonly records: readonly Buffer[];
}

/** RFC 1035 section 3.3: the length of a character-string is one octet. */
const MAX_STRING_OCTETS = 255;

const SOA_TTL_SECONDS = 900;
/** How long resolvers may remember that a name or type is not there (RFC 2308 section 4). */
const NEGATIVE_TTL_SECONDS = 60;

const encoded = new WeakMap<RecordSet, WireSet>();

/** Encodes a set the first time it is asked for and remembers it; sets never change. */
export function wireSet(set: RecordSet): WireSet {
  const known = encoded.get(set);
  if (known !== undefined) return known;
  const wire = {
    owner: set.name,
    records: set.values.map((value) => encode(answerOf(set, value))),
  };
  encoded.set(set, wire);
  return wire;
}

/** The zone's SOA, as an answer. */
export function soaAnswer(zone: Zone): WireSet {
  return soa(zone, SOA_TTL_SECONDS);
}

/** The zone's SOA as it accompanies "not there": its TTL is the negative one (RFC 2308 section 3). */
export function soaForNegative(zone: Zone): WireSet {
  return soa(zone, Math.min(SOA_TTL_SECONDS, NEGATIVE_TTL_SECONDS));
}

function soa({ name, serial }: Zone, ttl: number): WireSet {
  const data = {
    mname: nameServerOf(name),
    rname: contactOf(name),
    serial,
    refresh: 7200,
    retry: 900,
    expire: 1_209_600,
    minimum: NEGATIVE_TTL_SECONDS,
  };
  return { owner: name, records: [encode({ name: ".", type: "SOA", ttl, data })] };
}

function answerOf({ type, ttlSeconds: ttl }: RecordSet, value: string): dnsPacket.Answer {
  return type === "TXT"
    ? { name: ".", type, ttl, data: stringsOf(value) }
    : { name: ".", type, ttl, data: value };
}

function stringsOf(text: string): Buffer[] {
  const octets = Buffer.from(text);
  const count = Math.max(1, Math.ceil(octets.length / MAX_STRING_OCTETS));
  return Array.from({ length: count }, (_, index) =>
    octets.subarray(index * MAX_STRING_OCTETS, (index + 1) * MAX_STRING_OCTETS),
  );
}

/** The record alone: what dns-packet puts after the header and the one octet of the root's name. */
function encode(answer: dnsPacket.Answer): Buffer {
  return dnsPacket.encode({ type: "response", answers: [answer] }).subarray(HEADER_OCTETS + 1);
}
