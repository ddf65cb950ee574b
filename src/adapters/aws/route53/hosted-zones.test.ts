import { describe, expect, it } from "vitest";
import type { FakeZone } from "./fake-route53.fixture.ts";
import { faults } from "./fake-route53.fixture.ts";
import { fakeZone, within } from "./route53.fixture.ts";

const EXAMPLE: FakeZone = {
  id: "ZEXAMPLE",
  name: "example.com",
  nameServers: ["ns-1.awsdns-1.com."],
};
const BELOW: FakeZone = { id: "ZBELOW", name: "rainbow.example.com" };
const PRIVATE: FakeZone = { id: "ZPRIVATE", name: "example.com", isPrivate: true };
const OTHER: FakeZone = { id: "ZOTHER", name: "example.org" };

async function idOf(name: string, zones: readonly FakeZone[], ids?: readonly string[]) {
  const fake = fakeZone({ zones, ...(ids && { ids }) });
  const found = await fake.zones.find(name);
  return found.kind === "found" ? found.zone.id : `${found.kind}: ${found.reason}`;
}

describe("the hosted zone of a name", () => {
  it.each<[string, string, readonly FakeZone[]]>([
    ["www.example.com", "ZEXAMPLE", [EXAMPLE, OTHER]],
    ["example.com", "ZEXAMPLE", [EXAMPLE, OTHER]],
    ["_verdigris.rainbow.example.com", "ZBELOW", [EXAMPLE, BELOW]],
    ["myrainbow.example.com", "ZEXAMPLE", [EXAMPLE, BELOW]],
    ["www.example.com", "ZEXAMPLE", [PRIVATE, EXAMPLE]],
    ["www.example.com", "ZPRIVATE", [PRIVATE, OTHER]],
    ["app.internal", "ZTOP", [{ id: "ZTOP", name: "internal", isPrivate: true }]],
    ["internal", "ZTOP", [{ id: "ZTOP", name: "internal", isPrivate: true }]],
  ])("%s is %s", async (name, id, zones) => {
    expect(await idOf(name, zones)).toBe(id);
    const ids = zones.map((zone) => `/hostedzone/${zone.id}`);
    expect(await idOf(name, zones, ids)).toBe(id);
  });

  it("is unclear when several have the same name, and a person must name one", async () => {
    const told =
      "several: www.example.com may be in any of the public hosted zones ZEXAMPLE and ZTWIN, which are all named example.com; name the one that answers in VERDIGRIS_HOSTED_ZONES or control.hostedZones";
    const twins = [EXAMPLE, { ...EXAMPLE, id: "ZTWIN" }];
    expect(await idOf("www.example.com", twins)).toBe(told);
    expect(await idOf("www.example.com", twins, ["ZTWIN"])).toBe("ZTWIN");
  });

  it("is none when no zone holds the name, with what to do", async () => {
    expect(await idOf("www.example.net", [EXAMPLE])).toBe(
      "none: no hosted zone of the account holds www.example.net; make one, or let Verdigris assume a role of the account that has it (VERDIGRIS_ZONE_ROLE)",
    );
    expect(await idOf("www.example.net", [EXAMPLE], ["ZEXAMPLE", "ZGONE"])).toBe(
      "none: none of the hosted zones that VERDIGRIS_HOSTED_ZONES or control.hostedZones name holds www.example.net (ZGONE among them: there is no such zone); add the id of the one that does",
    );
  });

  it("is none but one of those that were named, though the account has another", async () => {
    expect(await idOf("_verdigris.rainbow.example.com", [EXAMPLE, BELOW], ["ZEXAMPLE"])).toBe(
      "ZEXAMPLE",
    );
  });

  it("is found beyond the first page of zones", async () => {
    const many = Array.from({ length: 9 }, (_, n) => ({ id: `Z${n}`, name: `a${n}.example.com` }));
    const { zones, route53 } = fakeZone({ zones: [EXAMPLE, OTHER, ...many, BELOW] });
    route53.pageSize = 4;
    expect(await zones.find("x.rainbow.example.com")).toMatchObject({ zone: BELOW });
  });
});

describe("what is known of hosted zones", () => {
  it("is asked for once in some minutes, by names of one domain together", async () => {
    const { zones, route53, clock } = fakeZone({ zones: [EXAMPLE] });
    const names = ["www.example.com", "rainbow.example.com", "_verdigris.rainbow.example.com"];
    await Promise.all(names.map((name) => zones.find(name)));
    await clock.advance(4 * 60_000);
    await zones.find("www.example.com");
    expect(route53.requests).toEqual(["ListHostedZonesByName example.com."]);
    await clock.advance(2 * 60_000);
    await zones.find("www.example.com");
    expect(route53.requests).toHaveLength(2);
  });

  it("is asked for again soon when the name was in none", async () => {
    const { zones, route53, clock } = fakeZone({ zones: [OTHER] });
    expect(await zones.find("www.example.com")).toMatchObject({ kind: "none" });
    await clock.advance(11_000);
    route53.add(EXAMPLE);
    expect(await zones.find("www.example.com")).toMatchObject({ kind: "found" });
  });

  it("is not remembered when Route 53 gave no answer", async () => {
    const { zones, route53 } = fakeZone({ zones: [EXAMPLE] });
    route53.failNext(() => faults.answer("AccessDenied", "User: u is not authorized", 403));
    await expect(zones.find("www.example.com")).rejects.toThrow(
      "Route 53 didn't list the account's hosted zones: AccessDenied: User: u is not authorized. Nothing was changed. Allow route53:ListHostedZonesByName on * to the role that Verdigris uses for Route 53, or name the hosted zone in VERDIGRIS_HOSTED_ZONES or control.hostedZones.",
    );
    expect(await zones.find("www.example.com")).toMatchObject({ kind: "found" });
  });

  it("has the name servers of a zone, and none of a private one", async () => {
    const { zones, route53 } = fakeZone({ zones: [EXAMPLE, PRIVATE] });
    const asked = async (id: string) =>
      zones.nameServers({ id, name: "example.com", isPrivate: false });
    expect(await asked("ZEXAMPLE")).toEqual(["ns-1.awsdns-1.com"]);
    expect(await asked("ZEXAMPLE")).toEqual(["ns-1.awsdns-1.com"]);
    expect(await asked("ZPRIVATE")).toEqual([]);
    expect(await asked("ZGONE")).toEqual([]);
    expect(route53.requests).toHaveLength(3);
  });

  it("is asked for before what waits already, for everything waits for it", async () => {
    const { zone, zones, route53, clock } = fakeZone({ zones: [EXAMPLE, OTHER] });
    await zone.observe(["www.example.com"]);
    const asked: Promise<unknown>[] = [1, 2, 3, 4, 5].map(() => zone.changeStatus("C1"));
    asked.push(
      zone.observe(["www.example.com"]),
      zone.apply({
        remove: [],
        add: [{ name: "www.example.com", type: "A", ttlSeconds: 60, values: ["192.0.2.1"] }],
      }),
    );
    await clock.advance(0);
    asked.push(zones.find("www.example.org"));
    await within(clock, 5_000, Promise.all(asked));
    expect(route53.requests.slice(5)).toEqual([
      "ListHostedZonesByName example.org.",
      "ChangeResourceRecordSets ZEXAMPLE",
      "ListResourceRecordSets www.example.com.",
      "GetChange C1",
      "GetChange C1",
    ]);
  });

  it("tells which changes wait for each other", async () => {
    const { zones, clock } = fakeZone({ zones: [EXAMPLE, BELOW] });
    const of = (name: string) =>
      zones.zoneOf({
        remove: [],
        add: [{ name, type: "A", ttlSeconds: 60, values: ["192.0.2.1"] }],
      });
    expect(of("a.rainbow.example.com")).toBe("example.com");
    await within(clock, 0, zones.find("a.rainbow.example.com"));
    await within(clock, 0, zones.find("b.example.com"));
    expect(of("a.rainbow.example.com")).toBe("rainbow.example.com");
    expect(of("c.example.com")).toBe("example.com");
  });
});
