import dnsPacket, { type Packet } from "dns-packet";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RecordSet } from "../../domain/records.ts";
import type { Transport } from "./respond.ts";
import { query } from "./test-client.ts";
import { ask, askOf, raw, sent, texts, withOpt } from "./test-zones.ts";

describe("EDNS", () => {
  test("is answered when asked and only then", () => {
    expect(sent(query("rainbow.test", "A", withOpt({}))).additionals).toMatchObject([
      { type: "OPT", udpPayloadSize: 1232, ednsVersion: 0, flag_do: false },
    ]);
    expect(ask("rainbow.test").additionals).toEqual([]);
    expect(sent(query("example.com", "A", withOpt({}))).additionals).toHaveLength(1);
  });

  test("repeats DO", () => {
    expect(
      sent(query("rainbow.test", "A", withOpt({ flags: dnsPacket.DNSSEC_OK }))).additionals,
    ).toMatchObject([{ flag_do: true }]);
  });

  test("of a later version is BADVERS, without an answer", () => {
    expect(sent(query("rainbow.test", "A", withOpt({ ednsVersion: 1 })))).toMatchObject({
      rcode: "NOERROR",
      answers: [],
      additionals: [{ extendedRcode: 1, ednsVersion: 0 }],
    });
  });

  test("twice, or under a name, is malformed", () => {
    const [opt] = withOpt({}).additionals ?? [];
    if (opt === undefined) throw new Error("no OPT");
    expect(sent(query("rainbow.test", "A", { additionals: [opt, opt] })).rcode).toBe("FORMERR");
    expect(sent(query("rainbow.test", "A", { answers: [opt] })).rcode).toBe("FORMERR");
    const named = Buffer.concat([
      query("rainbow.test"),
      Buffer.of(1, 0x78, 0, 0, 41, 4, 0, 0, 0, 0, 0, 0, 0),
    ]);
    named.writeUInt16BE(1, 10);
    expect(sent(named).rcode).toBe("FORMERR");
  });
});

describe("a response that is too long", () => {
  test.each<[string, string, Packet, boolean]>([
    ["1,000 octets without EDNS", "kilo", {}, true],
    ["1,000 octets with a payload of 512", "kilo", withOpt({ udpPayloadSize: 512 }), true],
    [
      "1,000 octets with a payload below the least, 512",
      "kilo",
      withOpt({ udpPayloadSize: 1 }),
      true,
    ],
    ["1,000 octets with a payload of 1,232", "kilo", withOpt({ udpPayloadSize: 1232 }), false],
    ["300 octets without EDNS", "long", {}, false],
    ["300 octets with a payload below the least", "long", withOpt({ udpPayloadSize: 1 }), false],
    ["30,000 octets with a payload of 65,535", "huge", withOpt({ udpPayloadSize: 65_535 }), true],
  ])("over UDP is truncated: %s", (_, label, more, truncated) => {
    const packet = query(`${label}.rainbow.test`, "TXT", more);
    const response = sent(packet);
    expect(response.flag_tc).toBe(truncated);
    expect(response.answers).toHaveLength(truncated ? 0 : 1);
    expect(response.additionals).toHaveLength(more.additionals?.length ?? 0);
    expect(raw(packet)?.length).toBeLessThanOrEqual(more.additionals === undefined ? 512 : 1232);
  });

  test("is whole over TCP", () => {
    const response = sent(query("huge.rainbow.test", "TXT"), { transport: "tcp" });
    expect(response.flag_tc).toBe(false);
    expect(texts(response.answers)).toEqual(["h".repeat(30_000)]);
  });

  test("can't be: the largest set a batch can hold, under the longest name, fits into TCP's 65,535 octets", () => {
    const name = `${"x".repeat(60)}.${"y.".repeat(84)}deep.er.rainbow.test`;
    const target: RecordSet = {
      name,
      type: "TXT",
      ttlSeconds: 1,
      values: Array.from({ length: 1000 }, (_, n) => String(n).padStart(32, "0")),
    };
    const alias: RecordSet = {
      name: "x.rainbow.test",
      type: "CNAME",
      ttlSeconds: 1,
      values: [name],
    };
    expect(askOf([target, alias], "x.rainbow.test", "TXT")).toMatchObject({
      flag_tc: false,
      answers: { length: 1001 },
    });
  });

  test("repeats names in full where they first stand too far in for a pointer", () => {
    const hosts = Array.from({ length: 500 }, (_, n) => `ns${n}.${"x".repeat(30)}.example.com`);
    const servers: RecordSet = {
      name: "far.rainbow.test",
      type: "NS",
      ttlSeconds: 1,
      values: [...hosts, "ns.far.rainbow.test"],
    };
    const addresses: RecordSet = {
      name: "ns.far.rainbow.test",
      type: "A",
      ttlSeconds: 1,
      values: ["127.0.0.1", "127.0.0.2"],
    };
    expect(askOf([servers, addresses], "far.rainbow.test").additionals).toMatchObject([
      { name: "ns.far.rainbow.test", data: "127.0.0.1" },
      { name: "ns.far.rainbow.test", data: "127.0.0.2" },
    ]);
  });
});

describe("a packet that is no proper query", () => {
  test("gets nothing when it has no header or is a response", () => {
    const response = query("rainbow.test");
    response[2] = 0x80;
    for (const packet of [Buffer.alloc(0), query("rainbow.test").subarray(0, 11), response]) {
      expect(raw(packet)).toBeUndefined();
    }
  });

  test("gets NOTIMP with its id, opcode and RD when the opcode is not QUERY", () => {
    const update = query("rainbow.test");
    update[2] = (5 << 3) | 1;
    expect(sent(update)).toMatchObject({
      id: 4711,
      rcode: "NOTIMP",
      opcode: "UPDATE",
      flag_rd: true,
      questions: [],
    });
  });

  const plain = query("rainbow.test");
  const edited = (edit: (packet: Buffer) => void, packet: Buffer = Buffer.from(plain)) => {
    edit(packet);
    return packet;
  };
  const named = (...octets: number[]) =>
    Buffer.concat([plain.subarray(0, 12), Buffer.from(octets), Buffer.of(0, 1, 0, 1)]);
  const label63 = [63, ...Buffer.alloc(63, 0x61)];
  test.each<[string, Buffer]>([
    ["no question", edited((packet) => packet.writeUInt16BE(0, 4))],
    [
      "two questions",
      dnsPacket.encode({
        id: 4711,
        questions: [
          { name: "a.test", type: "A" },
          { name: "b.test", type: "A" },
        ],
      }),
    ],
    ["a header alone that promises a question", plain.subarray(0, 12)],
    ["a question cut in its name", plain.subarray(0, 20)],
    ["a question cut in its type", plain.subarray(0, plain.length - 3)],
    ["a name that points to itself", named(0xc0, 12)],
    ["a name with a label of 64 octets", named(64, ...Buffer.alloc(64, 0x61), 0)],
    [
      "a name of 256 octets",
      named(...label63, ...label63, ...label63, 62, ...Buffer.alloc(62, 0x61), 0),
    ],
    ["a record that is not there", edited((packet) => packet.writeUInt16BE(1, 10))],
    ["65,535 records that are not there", edited((packet) => packet.writeUInt16BE(0xffff, 6))],
    ["octets after the end", Buffer.concat([plain, Buffer.of(0)])],
    [
      "a record whose data passes the end",
      edited(
        (packet) => packet.writeUInt16BE(9, packet.length - 2),
        query("rainbow.test", "A", withOpt({})),
      ),
    ],
    ["a question for OPT", edited((packet) => packet.writeUInt16BE(41, packet.length - 4))],
  ])("gets FORMERR with its id for %s", (_, packet) => {
    expect(sent(packet)).toMatchObject({ id: 4711, rcode: "FORMERR", questions: [], answers: [] });
  });

  test("is not a name of 255 octets, nor one of octets that are no text", () => {
    expect(
      sent(named(...label63, ...label63, ...label63, 61, ...Buffer.alloc(61, 0x61), 0)).rcode,
    ).toBe("REFUSED");
    const response = raw(
      named(3, 0, 0xff, 0x80, 7, ...Buffer.from("rainbow"), 4, ...Buffer.from("test"), 0),
    );
    expect(response?.readUInt16BE(2)).toBe(0x8403);
    expect(response?.subarray(12, 29)).toEqual(
      named(3, 0, 0xff, 0x80, 7, ...Buffer.from("rainbow"), 4, ...Buffer.from("test"), 0).subarray(
        12,
        29,
      ),
    );
  });
});

test("whatever octets arrive, the response is none or one that decodes and has the id", () => {
  const octets = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
  const damaged = fc
    .tuple(
      fc.constantFrom(query("two.rainbow.test"), query("chain.rainbow.test", "TXT", withOpt({}))),
      fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 4 }),
      fc.nat(80),
    )
    .map(([packet, edits, length]) => {
      const copy = Buffer.from(packet);
      for (const [at, octet] of edits) copy[at] = octet;
      return copy.subarray(0, length);
    });
  fc.assert(
    fc.property(
      fc.oneof(octets, damaged),
      fc.constantFrom<Transport>("udp", "tcp"),
      (packet, transport) => {
        const response = raw(packet, { transport });
        if (response === undefined) return;
        expect(response.readUInt16BE(0)).toBe(packet.readUInt16BE(0));
        expect(response.readUInt8(2) & 0x80).toBe(0x80);
        expect(() => dnsPacket.decode(response)).not.toThrow();
      },
    ),
    { numRuns: 3000, seed: 1 },
  );
});
