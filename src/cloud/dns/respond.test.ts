import dnsPacket from "dns-packet";
import { describe, expect, test } from "vitest";
import type { RecordSet } from "../../domain/records.ts";
import { query } from "./test-client.ts";
import { ask, askOf, data, NEGATIVE_SOA, sent, stateOf, texts } from "./test-zones.ts";
import { ZoneView } from "./zone-view.ts";

describe("an answer", () => {
  test("is authoritative, has the id and the question, and offers no recursion", () => {
    const response = ask("two.rainbow.test");
    expect(response).toMatchObject({
      id: 4711,
      type: "response",
      rcode: "NOERROR",
      flag_aa: true,
      flag_ra: false,
      flag_rd: false,
      flag_tc: false,
    });
    expect(response.questions).toMatchObject([
      { name: "two.rainbow.test", type: "A", class: "IN" },
    ]);
    expect(response.answers).toMatchObject([
      { name: "two.rainbow.test", type: "A", ttl: 5, class: "IN", data: "127.0.1.1" },
      { name: "two.rainbow.test", type: "A", ttl: 5, class: "IN", data: "127.0.1.2" },
    ]);
  });

  test("copies RD, and neither AD nor CD", () => {
    const flags =
      dnsPacket.RECURSION_DESIRED | dnsPacket.AUTHENTIC_DATA | dnsPacket.CHECKING_DISABLED;
    expect(sent(query("rainbow.test", "A", { flags }))).toMatchObject({
      flag_rd: true,
      flag_ra: false,
      flag_ad: false,
      flag_cd: false,
    });
  });

  test("repeats the question's letter case and matches without it", () => {
    const response = ask("tWo.RaInBoW.tEsT");
    expect(response.questions?.[0]?.name).toBe("tWo.RaInBoW.tEsT");
    expect(response.answers?.[0]?.name).toBe("tWo.RaInBoW.tEsT");
    expect(data(response.answers)).toEqual(["127.0.1.1", "127.0.1.2"]);
  });

  test("has IPv6 addresses in every notation", () => {
    expect(data(ask("two.rainbow.test", "AAAA").answers)).toEqual(["::1", "64:ff9b::102:304"]);
  });

  test("has text, split after 255 octets", () => {
    expect(texts(ask("fence.rainbow.test", "TXT").answers)).toEqual(["revision=41"]);
    const [strings] = data(ask("long.rainbow.test", "TXT").answers) ?? [];
    expect((strings as Buffer[]).map((part) => part.length)).toEqual([255, 45]);
    expect(texts(ask("long.rainbow.test", "TXT").answers)).toEqual(["é".repeat(150)]);
  });

  test("is one weighted set, chosen by the draw", () => {
    expect(data(ask("rainbow.test", "A", { random: 0.4 }).answers)).toEqual(["127.0.1.1"]);
    expect(data(ask("rainbow.test", "A", { random: 0.6 }).answers)).toEqual(["127.0.1.2"]);
  });

  test("leaves unhealthy sets out", () => {
    expect(data(ask("rainbow.test", "A", { random: 0, unhealthy: ["blue"] }).answers)).toEqual([
      "127.0.1.2",
    ]);
  });

  test("gives the zone's SOA and name server, whose address is the server's", () => {
    expect(ask("rainbow.test", "SOA").answers).toMatchObject([
      {
        name: "rainbow.test",
        ttl: 900,
        data: {
          mname: "ns.rainbow.test",
          rname: "hostmaster.rainbow.test",
          serial: 7,
          minimum: 60,
        },
      },
    ]);
    expect(data(ask("rainbow.test", "NS").answers)).toEqual(["ns.rainbow.test"]);
    expect(data(ask("ns.rainbow.test", "A").answers)).toEqual(["127.0.0.1"]);
    const overIpv6 = new ZoneView(stateOf([]), "::1");
    expect(overIpv6.setsAt("ns.rainbow.test")).toMatchObject([{ type: "AAAA", values: ["::1"] }]);
  });

  test("to ANY is one record set (RFC 8482), an alias not followed", () => {
    expect(ask("rainbow.test", "ANY").answers).toMatchObject([{ type: "SOA" }]);
    expect(ask("two.rainbow.test", "ANY").answers?.map(({ type }) => type)).toEqual(["A", "A"]);
    expect(ask("standby.rainbow.test", "ANY").answers).toMatchObject([{ type: "CNAME" }]);
    expect(ask("empty.rainbow.test", "ANY")).toMatchObject({
      rcode: "NOERROR",
      answers: [],
      authorities: [NEGATIVE_SOA],
    });
  });

  test("comes from the zone with the longest name", () => {
    expect(ask("deep.er.rainbow.test", "SOA").answers).toMatchObject([
      { name: "deep.er.rainbow.test" },
    ]);
    expect(ask("x.deep.er.rainbow.test").authorities).toMatchObject([
      { name: "deep.er.rainbow.test" },
    ]);
    expect(ask("er.rainbow.test")).toMatchObject({ rcode: "NOERROR", authorities: [NEGATIVE_SOA] });
  });
});

describe("an alias", () => {
  test("is followed within the server's zones, over several steps", () => {
    expect(ask("chain.rainbow.test").answers).toMatchObject([
      { name: "chain.rainbow.test", type: "CNAME", data: "standby.rainbow.test" },
      { name: "standby.rainbow.test", type: "CNAME", data: "Two.Rainbow.Test" },
      { name: "two.rainbow.test", type: "A", data: "127.0.1.1" },
      { name: "two.rainbow.test", type: "A", data: "127.0.1.2" },
    ]);
  });

  test("asked for itself is not followed", () => {
    expect(ask("chain.rainbow.test", "CNAME").answers).toMatchObject([
      { data: "standby.rainbow.test" },
    ]);
  });

  test("of a name that lacks the type is the alias and no data", () => {
    expect(ask("standby.rainbow.test", "TXT")).toMatchObject({
      rcode: "NOERROR",
      answers: [{ type: "CNAME" }],
      authorities: [NEGATIVE_SOA],
    });
  });

  test("of a name that is not there is NXDOMAIN (RFC 6604)", () => {
    expect(ask("dangling.rainbow.test")).toMatchObject({
      rcode: "NXDOMAIN",
      answers: [{ data: "gone.rainbow.test" }],
      authorities: [NEGATIVE_SOA],
    });
  });

  test("of a name elsewhere is given alone", () => {
    expect(ask("away.rainbow.test")).toMatchObject({
      rcode: "NOERROR",
      flag_aa: true,
      answers: [{ data: "lb.example.com" }],
      authorities: [],
    });
  });

  test("that leads back to itself ends where it began", () => {
    expect(data(ask("ping.rainbow.test").answers)).toEqual([
      "pong.rainbow.test",
      "ping.rainbow.test",
    ]);
  });

  test("is followed eight steps and no further", () => {
    const steps = Array.from(
      { length: 12 },
      (_, n): RecordSet => ({
        name: `s${n}.rainbow.test`,
        type: "CNAME",
        ttlSeconds: 1,
        values: [`s${n + 1}.rainbow.test`],
      }),
    );
    expect(askOf(steps, "s0.rainbow.test").answers).toHaveLength(8);
  });
});

describe("what is not there", () => {
  test("is NXDOMAIN with the SOA when the name does not exist", () => {
    expect(ask("nope.rainbow.test")).toMatchObject({
      rcode: "NXDOMAIN",
      flag_aa: true,
      answers: [],
      authorities: [NEGATIVE_SOA],
    });
  });

  test("is NODATA with the SOA when only the type does not exist", () => {
    expect(ask("fence.rainbow.test", "A")).toMatchObject({
      rcode: "NOERROR",
      flag_aa: true,
      answers: [],
      authorities: [NEGATIVE_SOA],
    });
    expect(ask("two.rainbow.test", "MX")).toMatchObject({
      rcode: "NOERROR",
      answers: [],
      authorities: [NEGATIVE_SOA],
    });
    expect(ask("two.rainbow.test", "SOA")).toMatchObject({
      rcode: "NOERROR",
      answers: [],
      authorities: [NEGATIVE_SOA],
    });
  });

  test("is NODATA at a name that only has names below it", () => {
    for (const name of ["b.empty.rainbow.test", "empty.rainbow.test"]) {
      expect(ask(name)).toMatchObject({
        rcode: "NOERROR",
        answers: [],
        authorities: [NEGATIVE_SOA],
      });
    }
    expect(ask("c.empty.rainbow.test").rcode).toBe("NXDOMAIN");
  });

  test("includes a name with a dot inside a label", () => {
    const packet = query("aXb.empty.rainbow.test");
    packet[packet.indexOf("X")] = 0x2e;
    expect(sent(packet).rcode).toBe("NXDOMAIN");
  });
});

describe("a delegation", () => {
  test("is referred to, without authority, with the address of its name server", () => {
    for (const name of ["sub.rainbow.test", "www.sub.rainbow.test", "ns1.sub.rainbow.test"]) {
      expect(ask(name)).toMatchObject({
        rcode: "NOERROR",
        flag_aa: false,
        answers: [],
        authorities: [{ name: "sub.rainbow.test", type: "NS", data: "ns1.sub.rainbow.test" }],
        additionals: [{ name: "ns1.sub.rainbow.test", type: "A", data: "127.0.0.9" }],
      });
    }
  });

  test("within a delegated name is not this server's to refer to", () => {
    const below: RecordSet = {
      name: "x.sub.rainbow.test",
      type: "NS",
      ttlSeconds: 60,
      values: ["ns.example.com"],
    };
    const above: RecordSet = { ...below, name: "sub.rainbow.test" };
    const answer = askOf([below, above], "www.x.sub.rainbow.test");
    expect(answer.authorities).toMatchObject([{ name: "sub.rainbow.test" }]);
  });

  test("above a zone of this server leaves that zone's names authoritative", () => {
    const above: RecordSet = {
      name: "er.rainbow.test",
      type: "NS",
      ttlSeconds: 60,
      values: ["ns.example.com"],
    };
    expect(askOf([above], "er.rainbow.test")).toMatchObject({ flag_aa: false });
    expect(askOf([above], "deep.er.rainbow.test", "NS")).toMatchObject({
      flag_aa: true,
      answers: [{ data: "ns.deep.er.rainbow.test" }],
    });
  });

  test("that an alias leads to leaves the alias authoritative", () => {
    expect(ask("tosub.rainbow.test")).toMatchObject({
      flag_aa: true,
      answers: [{ type: "CNAME" }],
      authorities: [{ type: "NS" }],
    });
  });
});

describe("a query is refused", () => {
  test.each(["example.com", "test", ".", "xrainbow.test"])(
    "for %s, which is in no zone",
    (name) => {
      expect(ask(name)).toMatchObject({
        rcode: "REFUSED",
        flag_aa: false,
        answers: [],
        authorities: [],
      });
    },
  );

  test("for other classes than IN", () => {
    for (const name of ["version.bind", "rainbow.test"]) {
      const packet = query(name, "TXT");
      packet.writeUInt16BE(3, packet.length - 2);
      expect(sent(packet).rcode).toBe("REFUSED");
    }
  });

  test("for zone transfers", () => {
    expect(ask("rainbow.test", "AXFR").rcode).toBe("REFUSED");
  });
});
