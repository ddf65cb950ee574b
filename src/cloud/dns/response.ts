import { wireName } from "./domain-name.ts";
import type { Edns, Query } from "./query.ts";
import type { Resolution } from "./resolution.ts";
import { HEADER_OCTETS, TYPE } from "./wire-constants.ts";
import type { WireSet } from "./wire-records.ts";

/** Fits in one packet on every path met in practice (DNS Flag Day 2020). */
export const MAX_UDP_OCTETS = 1232;

/** A pointer has 14 bits (RFC 1035 section 4.1.4). */
const MAX_POINTER = 0x3fff;

const AUTHORITATIVE = 0x04;
const TRUNCATED = 0x02;
const RESPONSE = 0x80;
const OPCODE_AND_RECURSION_DESIRED = 0x79;

/** A response without any record, for packets whose question could not be read. */
export function headerOnly(packet: Buffer, rcode: number): Buffer {
  const header = Buffer.alloc(HEADER_OCTETS);
  packet.copy(header, 0, 0, 2);
  header[2] = RESPONSE | (packet.readUInt8(2) & OPCODE_AND_RECURSION_DESIRED);
  header[3] = rcode & 0xf;
  return header;
}

/**
 * The response to `packet`, its question repeated octet by octet. When it would be longer than
 * `limit` octets it has the TC flag and no records, and the client asks again over TCP.
 */
export function encodeResponse(
  packet: Buffer,
  { question, edns }: Query,
  resolution: Resolution,
  limit: number,
): Buffer {
  const message = new Message(packet, question, resolution);
  for (const set of resolution.answers) message.add(set, ANSWERS);
  for (const set of resolution.authorities) message.add(set, AUTHORITIES);
  for (const set of resolution.additionals) message.add(set, ADDITIONALS);
  if (edns !== undefined) message.addOpt(edns, resolution.rcode);
  if (message.octets <= limit) return message.finish();
  const truncated = new Message(packet, question, resolution);
  truncated.header[2] = truncated.header.readUInt8(2) | TRUNCATED;
  if (edns !== undefined) truncated.addOpt(edns, resolution.rcode);
  return truncated.finish();
}

/** Where the header counts the records of a section. */
const QUESTIONS = 4;
const ANSWERS = 6;
const AUTHORITIES = 8;
const ADDITIONALS = 10;

class Message {
  readonly header: Buffer;
  readonly #parts: Buffer[];
  readonly #offsets: Map<string, number>;
  octets: number;

  constructor(packet: Buffer, question: Query["question"], resolution: Resolution) {
    this.header = headerOnly(packet, resolution.rcode);
    if (resolution.authoritative) this.header[2] = this.header.readUInt8(2) | AUTHORITATIVE;
    this.#parts = [this.header, packet.subarray(HEADER_OCTETS, question.end)];
    this.#offsets = new Map([[question.name, HEADER_OCTETS]]);
    this.octets = question.end;
    this.#count(QUESTIONS, 1);
  }

  add({ owner, records }: WireSet, section: number): void {
    for (const record of records) this.#push(this.#ownerName(owner), record);
    this.#count(section, records.length);
  }

  /** RFC 6891 section 6.1; DO is repeated as asked (RFC 3225 section 3). */
  addOpt({ dnssecOk }: Edns, rcode: number): void {
    const opt = Buffer.alloc(11);
    opt.writeUInt16BE(TYPE.OPT, 1);
    opt.writeUInt16BE(MAX_UDP_OCTETS, 3);
    opt.writeUInt8(rcode >> 4, 5);
    opt.writeUInt8(dnssecOk ? 0x80 : 0, 7);
    this.#push(opt);
    this.#count(ADDITIONALS, 1);
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts, this.octets);
  }

  /** The name in full where it first stands, a pointer to there afterwards. */
  #ownerName(owner: string): Buffer {
    const offset = this.#offsets.get(owner);
    if (offset !== undefined) return Buffer.of(0xc0 | (offset >> 8), offset & 0xff);
    if (this.octets <= MAX_POINTER) this.#offsets.set(owner, this.octets);
    return wireName(owner);
  }

  #push(...parts: Buffer[]): void {
    for (const part of parts) {
      this.#parts.push(part);
      this.octets += part.length;
    }
  }

  #count(section: number, records: number): void {
    this.header.writeUInt16BE(this.header.readUInt16BE(section) + records, section);
  }
}

/** How long a response over UDP may be (RFC 6891 sections 6.2.3 and 6.2.5). */
export function udpLimit(edns: Edns | undefined): number {
  return Math.min(Math.max(edns?.udpPayloadOctets ?? 0, 512), MAX_UDP_OCTETS);
}
