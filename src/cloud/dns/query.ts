import { HEADER_OCTETS, OPCODE_QUERY, TYPE } from "./wire-constants.ts";

export interface Question {
  /**
   * Lower case, without the trailing dot; the root is empty. Octets that no name in a zone has,
   * a dot within a label among them, are shown as `\DDD`, so that they match nothing.
   */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** Where the question ends in the packet; it begins after the header. */
  readonly end: number;
}

/** What the OPT record of a query says (RFC 6891 section 6.1). */
export interface Edns {
  readonly udpPayloadOctets: number;
  readonly version: number;
  readonly dnssecOk: boolean;
}

export interface Query {
  readonly kind: "query";
  readonly question: Question;
  readonly edns?: Edns;
}

export type ParsedPacket =
  | Query
  /** To be dropped: no header to answer with, or a response, which two servers could bounce forever. */
  | { readonly kind: "unanswerable" }
  | { readonly kind: "unknown-opcode" }
  | { readonly kind: "malformed" };

const UNANSWERABLE: ParsedPacket = { kind: "unanswerable" };
const UNKNOWN_OPCODE: ParsedPacket = { kind: "unknown-opcode" };
const MALFORMED: ParsedPacket = { kind: "malformed" };

const MAX_LABEL_OCTETS = 63;
const MAX_NAME_OCTETS = 255;

/**
 * Reads one question and the OPT record, and steps over everything else. Written by hand because
 * the first question needs no pointer to be followed, so a name can neither loop nor leave the packet.
 */
export function parseQuery(packet: Buffer): ParsedPacket {
  if (packet.length < HEADER_OCTETS) return UNANSWERABLE;
  const flags = packet.readUInt16BE(2);
  if ((flags & 0x8000) !== 0) return UNANSWERABLE;
  if (((flags >> 11) & 0xf) !== OPCODE_QUERY) return UNKNOWN_OPCODE;
  if (packet.readUInt16BE(4) !== 1) return MALFORMED;
  const question = readQuestion(packet);
  if (question === undefined || question.type === TYPE.OPT) return MALFORMED;
  return withRecords(packet, question);
}

function readQuestion(packet: Buffer): Question | undefined {
  let name = "";
  let at = HEADER_OCTETS;
  for (let length = packet[at]; length !== 0; length = packet[at]) {
    if (length === undefined || length > MAX_LABEL_OCTETS) return undefined;
    const end = at + 1 + length;
    if (end >= packet.length || end + 1 - HEADER_OCTETS > MAX_NAME_OCTETS) return undefined;
    if (at > HEADER_OCTETS) name += ".";
    for (at += 1; at < end; at += 1) name += shown(packet.readUInt8(at));
  }
  const end = at + 5;
  if (end > packet.length) return undefined;
  return { name, type: packet.readUInt16BE(at + 1), class: packet.readUInt16BE(at + 3), end };
}

function shown(octet: number): string {
  if (octet >= 0x41 && octet <= 0x5a) return String.fromCharCode(octet + 0x20);
  const plain = octet > 0x20 && octet < 0x7f && octet !== 0x2e && octet !== 0x5c;
  return plain ? String.fromCharCode(octet) : `\\${String(octet).padStart(3, "0")}`;
}

function withRecords(packet: Buffer, question: Question): ParsedPacket {
  const beforeAdditional = packet.readUInt16BE(6) + packet.readUInt16BE(8);
  const records = beforeAdditional + packet.readUInt16BE(10);
  let edns: Edns | undefined;
  let at = question.end;
  for (let index = 0; index < records; index += 1) {
    const fixed = afterName(packet, at);
    if (fixed === undefined || fixed + 10 > packet.length) return MALFORMED;
    if (packet.readUInt16BE(fixed) === TYPE.OPT) {
      const ownerIsRoot = fixed === at + 1;
      if (index < beforeAdditional || edns !== undefined || !ownerIsRoot) return MALFORMED;
      edns = readEdns(packet, fixed);
    }
    at = fixed + 10 + packet.readUInt16BE(fixed + 8);
  }
  if (at !== packet.length) return MALFORMED;
  return edns === undefined ? { kind: "query", question } : { kind: "query", question, edns };
}

function readEdns(packet: Buffer, fixed: number): Edns {
  return {
    udpPayloadOctets: packet.readUInt16BE(fixed + 2),
    version: packet.readUInt8(fixed + 5),
    dnssecOk: (packet.readUInt8(fixed + 6) & 0x80) !== 0,
  };
}

/** Where the name that begins at `start` ends; a pointer ends it (RFC 1035 section 4.1.4). */
function afterName(packet: Buffer, start: number): number | undefined {
  for (let at = start; at - start < MAX_NAME_OCTETS; ) {
    const length = packet[at];
    if (length === undefined) return undefined;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    if (length > MAX_LABEL_OCTETS) return undefined;
    at += 1 + length;
  }
  return undefined;
}
