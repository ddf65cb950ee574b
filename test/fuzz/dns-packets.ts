import dnsPacket, { type Packet } from "dns-packet";
import fc from "fast-check";
import { type QueryType, query } from "../../src/cloud/dns/test-client.ts";
import { withOpt } from "../../src/cloud/dns/test-zones.ts";

const NAMES = [
  "rainbow.test",
  "RaInBoW.tEsT",
  "two.rainbow.test",
  "chain.rainbow.test",
  "ping.rainbow.test",
  "kilo.rainbow.test",
  "huge.rainbow.test",
  "sub.rainbow.test",
  "deep.er.rainbow.test",
  "gone.rainbow.test",
  "*.rainbow.test",
  "example.com",
  "test",
  ".",
  "__proto__",
  `${"x".repeat(63)}.rainbow.test`,
  `${"y.".repeat(115)}rainbow.test`,
];
const TYPES: readonly QueryType[] = ["A", "AAAA", "TXT", "CNAME", "NS", "SOA", "MX", "ANY", "AXFR"];
const NUMBERS = [
  0, 1, 2, 3, 10, 41, 127, 128, 249, 251, 252, 253, 254, 255, 256, 0x7fff, 0x8000, 0xffff,
];

const MORE: fc.Arbitrary<Packet> = fc.oneof(
  fc.constant({}),
  fc
    .record({
      udpPayloadSize: fc.constantFrom(0, 1, 511, 512, 513, 1231, 1232, 1233, 4096, 65_535),
      ednsVersion: fc.constantFrom(0, 0, 0, 1, 255),
      flags: fc.constantFrom(0, 0x8000, 0xffff),
    })
    .map(withOpt),
);

const VALID = fc
  .record({
    name: fc.constantFrom(...NAMES),
    type: fc.constantFrom(...TYPES),
    more: MORE,
    id: fc.nat(0xffff),
  })
  .map(({ name, type, more, id }) => query(name, type, { ...more, id }));

/** Names as no resolver writes them: pointers to themselves, ahead and in circles, labels too long. */
const WIRE_NAME = fc.oneof(
  fc.constantFrom(
    [0xc0, 12],
    [0xc0, 14, 0xc0, 12],
    [0xc0, 0xff],
    [0xff, 0xff],
    [0xc0],
    [1, 97, 0xc0, 12],
    [64, ...Array<number>(64).fill(97), 0],
    [0x80, 0],
    [0x41, 0x41],
    [63, ...Array<number>(63).fill(97)],
    Array<number>(300).fill(1),
    Array.from({ length: 4 }, () => [63, ...Array<number>(63).fill(97)]).flat(),
    Array.from({ length: 127 }, () => [1, 97])
      .flat()
      .concat(0),
    Array.from({ length: 128 }, () => [1, 97])
      .flat()
      .concat(0),
  ),
  fc.array(fc.nat(255), { maxLength: 30 }),
);

/** A header and records that claim what they like. */
const MADE_UP = fc
  .record({
    header: fc.record({
      id: fc.nat(0xffff),
      flags: fc.oneof(fc.constantFrom(0, 0x0100, 0x8000, 0x2800, 0x7800, 0x0200), fc.nat(0xffff)),
      counts: fc.array(fc.constantFrom(0, 1, 1, 1, 2, 0xffff), { minLength: 4, maxLength: 4 }),
    }),
    sections: fc.array(
      fc.record({
        name: WIRE_NAME,
        numbers: fc.array(fc.constantFrom(...NUMBERS), { minLength: 2, maxLength: 5 }),
        data: fc.uint8Array({ maxLength: 20 }),
      }),
      { maxLength: 4 },
    ),
  })
  .map(({ header: { id, flags, counts }, sections }) =>
    Buffer.concat([
      words([id, flags, ...counts]),
      ...sections.flatMap(({ name, numbers, data }) => [Buffer.from(name), words(numbers), data]),
    ]),
  );

function words(numbers: readonly number[]): Buffer {
  const buffer = Buffer.alloc(numbers.length * 2);
  for (const [index, number] of numbers.entries()) buffer.writeUInt16BE(number, index * 2);
  return buffer;
}

const EDITED = fc
  .tuple(
    VALID,
    fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 }),
    fc.oneof(fc.constant(0xffff), fc.nat(300)),
    fc.uint8Array({ maxLength: 8 }),
  )
  .map(([packet, edits, length, added]) => {
    const copy = Buffer.from(packet);
    for (const [at, octet] of edits) copy[at % copy.length] = octet;
    return Buffer.concat([copy.subarray(0, length), added.length > 4 ? added : Buffer.alloc(0)]);
  });

/** Packets of every degree of wrongness, right ones among them. */
export const PACKET: fc.Arbitrary<Buffer> = fc.oneof(
  VALID,
  EDITED,
  EDITED,
  MADE_UP,
  fc.uint8Array({ maxLength: 600 }).map((octets) => Buffer.from(octets)),
);

const HEADER_OCTETS = 12;

/** Throws unless the response is one that the packet may get over a transport with this limit. */
export function judgeResponse(packet: Buffer, response: Buffer | undefined, limit: number): void {
  const isAnswerable = packet.length >= HEADER_OCTETS && (packet.readUInt8(2) & 0x80) === 0;
  if (isAnswerable !== (response !== undefined))
    throw new Error("answered, or not, against the rule");
  if (response === undefined) return;
  const flags = response.readUInt16BE(2);
  const rcode = flags & 0xf;
  const wrong = [
    [response.readUInt16BE(0) !== packet.readUInt16BE(0), "another id"],
    [(flags & 0x8000) === 0, "no response bit"],
    [(flags & 0x0070) !== 0, "reserved bits, AD or CD"],
    [(flags & 0x7800) !== (packet.readUInt16BE(2) & 0x7800), "another opcode"],
    [(flags & 0x0080) !== 0, "recursion offered"],
    [response.length > limit, `longer than ${limit}`],
    [![0, 1, 3, 4, 5].includes(rcode), `rcode ${rcode}`],
    [(packet.readUInt16BE(2) & 0x7800) !== 0 && rcode !== 4, "an opcode that is not NOTIMP"],
    [(flags & 0x0200) !== 0 && response.readUInt16BE(6) > 0, "truncated with answers"],
  ].filter(([isWrong]) => isWrong);
  if (wrong.length > 0) throw new Error(wrong.map(([, what]) => what).join(", "));
  dnsPacket.decode(response);
  if (response.readUInt16BE(4) === 0) return;
  // The question is repeated octet for octet: resolvers check its letter case (0x20).
  const end = HEADER_OCTETS + packet.subarray(HEADER_OCTETS).indexOf(0) + 5;
  if (!response.subarray(HEADER_OCTETS, end).equals(packet.subarray(HEADER_OCTETS, end))) {
    throw new Error("another question");
  }
}

/** The octets that a response over UDP may have, by the first OPT record that a decoder finds. */
export function udpLimitOf(packet: Buffer): number {
  try {
    const { additionals = [] } = dnsPacket.decode(packet);
    const opt = additionals.find(({ type }) => type === "OPT") as { udpPayloadSize?: number };
    return Math.min(Math.max(opt?.udpPayloadSize ?? 512, 512), 1232);
  } catch {
    return 1232;
  }
}
