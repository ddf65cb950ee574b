import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { describe, expect, it } from "vitest";
import type { RecordSet } from "../../../domain/records.ts";
import { faults } from "./fake-route53.fixture.ts";
import { fakeZone, within, ZONE } from "./route53.fixture.ts";

const NAME = "rainbow.example.com";
const PREVIEW = `standby.${NAME}`;
const FENCE = `_verdigris.${NAME}`;
const NAMES = [NAME, PREVIEW, FENCE];

function at(name: string, value = "192.0.2.1"): RecordSet {
  return { name, type: "A", ttlSeconds: 60, values: [value] };
}

function fence(revision: number): RecordSet {
  return { name: FENCE, type: "TXT", ttlSeconds: 60, values: [`revision=${revision}`] };
}

function held(Name: string, change: Partial<ResourceRecordSet> = {}): ResourceRecordSet {
  return {
    Name: `${Name}.`,
    Type: "A",
    TTL: 60,
    ResourceRecords: [{ Value: "192.0.2.1" }],
    ...change,
  };
}

function heldZone(...sets: readonly ResourceRecordSet[]) {
  const fake = fakeZone();
  fake.route53.add({ id: ZONE, name: "example.com" }, sets);
  return fake;
}

const OTHERS = Array.from({ length: 20 }, (_, n) => held(`b${n}.${NAME}`));

describe("observing", () => {
  it("takes one request for all names of an environment", async () => {
    const { zone, route53 } = heldZone(
      held(NAME),
      held(PREVIEW),
      held(FENCE, { Type: "TXT", ResourceRecords: [{ Value: '"revision=1"' }] }),
      held("other.example.com"),
    );
    expect(await zone.observe(NAMES)).toEqual([at(NAME), fence(1), at(PREVIEW)]);
    expect(route53.requests).toEqual([
      "ListHostedZonesByName example.com.",
      `ListResourceRecordSets ${NAME}.`,
    ]);
  });

  it("finds names that many others lie between, and all sets at a name", async () => {
    const weighted = Array.from({ length: 8 }, (_, n) =>
      held(NAME, { SetIdentifier: `set ${n}`, Weight: n }),
    );
    const { zone, route53, clock } = heldZone(...OTHERS, held(PREVIEW), ...weighted);
    route53.pageSize = 3;
    const found = await within(clock, 5_000, zone.observe([...NAMES, "b7.rainbow.example.com"]));
    expect(found.map(({ name, set }) => set?.id ?? name).sort()).toEqual([
      "b7.rainbow.example.com",
      ...weighted.map(({ SetIdentifier }) => SetIdentifier),
      PREVIEW,
    ]);
  });

  it("finds a name once though it is asked for twice, and a wildcard by its own name", async () => {
    const { zone } = heldZone(held("\\052.example.com"), held(NAME));
    expect(await zone.observe([NAME, "*.example.com", NAME])).toEqual([
      at("*.example.com"),
      at(NAME),
    ]);
  });

  it("tells a set that has a policy apart, and leaves out what doesn't answer for traffic", async () => {
    const { zone } = heldZone(
      held(NAME, { SetIdentifier: "one", Failover: "PRIMARY" }),
      held(NAME, { Type: "MX", ResourceRecords: [{ Value: "10 mail.example.com." }] }),
      held(NAME, { Type: "TXT", ResourceRecords: [{ Value: '"v=spf1 -all"' }] }),
    );
    expect(await zone.observe([NAME])).toEqual([
      { ...at(NAME), policy: 'failover PRIMARY, set "one"' },
    ]);
  });

  it("finds nothing at names without a hosted zone", async () => {
    const { zone } = heldZone(held(NAME));
    expect(await zone.observe(["rainbow.example.net"])).toEqual([]);
  });

  it("rejects when only a person knows which zone it is", async () => {
    const { zone, route53 } = heldZone();
    route53.add({ id: "ZTWIN", name: "example.com" });
    await expect(zone.observe([NAME])).rejects.toThrow(/name the one that answers/);
  });

  it("goes on in the zone that replaced another, and finds nothing where none did", async () => {
    const { zone, route53 } = heldZone(held(NAME));
    await zone.observe([NAME]);
    route53.remove(ZONE);
    route53.add({ id: "ZNEW", name: "example.com" }, [held(NAME, { TTL: 7 })]);
    expect(await zone.observe([NAME])).toEqual([{ ...at(NAME), ttlSeconds: 7 }]);
    const gone = heldZone(held(NAME));
    await gone.zone.observe([NAME]);
    gone.route53.remove(ZONE);
    expect(await gone.zone.observe([NAME])).toEqual([]);
  });

  it("asks again when there was no answer, and not for ever", async () => {
    const { zone, route53, clock } = heldZone(held(NAME));
    await zone.observe([NAME]);
    route53.failNext(faults.throttling, 2);
    expect(await within(clock, 60_000, zone.observe([NAME]))).toEqual([at(NAME)]);
    route53.failNext(() => faults.connection("ECONNRESET"), 3);
    await expect(within(clock, 60_000, zone.observe([NAME]))).rejects.toThrow(
      `Route 53 didn't list the records of hosted zone ${ZONE}: Error: ECONNRESET 203.0.113.1:443. Nothing was changed. It is tried again.`,
    );
    expect(route53.requests.filter((one) => one.startsWith("ListResource"))).toHaveLength(7);
  });

  it("doesn't ask again what it may not", async () => {
    const { zone, route53 } = heldZone();
    await zone.observe([NAME]);
    route53.failNext(() => faults.answer("AccessDenied", "not authorized", 403));
    await expect(zone.observe([NAME])).rejects.toThrow(
      `Allow route53:ListResourceRecordSets on arn:aws:route53:::hostedzone/${ZONE} to the role`,
    );
    expect(route53.requests.at(-2)).toBe(`ListResourceRecordSets ${NAME}.`);
  });
});

describe("a change", () => {
  it("is one batch of what is removed and then what is added, and has an id to ask after", async () => {
    const { zone, route53 } = heldZone(held(NAME));
    const answer = await zone.apply({ remove: [at(NAME)], add: [at(NAME, "192.0.2.2"), fence(2)] });
    expect(answer).toEqual({ kind: "accepted", changeId: "C000000000001EXAMPLE" });
    expect(route53.batches).toEqual([
      [
        { Action: "DELETE", ResourceRecordSet: held(NAME) },
        {
          Action: "CREATE",
          ResourceRecordSet: held(NAME, { ResourceRecords: [{ Value: "192.0.2.2" }] }),
        },
        {
          Action: "CREATE",
          ResourceRecordSet: held(FENCE, {
            Type: "TXT",
            ResourceRecords: [{ Value: '"revision=2"' }],
          }),
        },
      ],
    ]);
  });

  it.each<[string, ResourceRecordSet]>([
    [
      "text that was cut and escaped otherwise",
      held(FENCE, { Type: "TXT", ResourceRecords: [{ Value: '"revi" "sion\\0751"' }] }),
    ],
    [
      "an alias in other letters",
      {
        Name: `${NAME}.`,
        Type: "A",
        ResourceRecords: [],
        AliasTarget: {
          HostedZoneId: "Z1",
          DNSName: "dualstack.Blue-1.eu-west-1.elb.amazonaws.com.",
          EvaluateTargetHealth: true,
        },
      },
    ],
    [
      "a CNAME in other letters",
      held(NAME, { Type: "CNAME", ResourceRecords: [{ Value: "Old.example.net" }] }),
    ],
  ])("removes %s as it was seen", async (_what, set) => {
    const { ResourceRecords, ...rest } = set;
    const { zone, route53 } = heldZone(ResourceRecords?.length ? set : rest);
    const name = set.Name?.replace(/\.$/, "") ?? "";
    const remembered = await zone.observe([name]);
    expect(await zone.apply({ remove: remembered, add: [] })).toMatchObject({ kind: "accepted" });
    expect(route53.sets(ZONE)).toEqual([]);
  });

  it("doesn't remove what was changed since it was seen", async () => {
    const { zone, route53 } = heldZone(
      held(FENCE, { Type: "TXT", ResourceRecords: [{ Value: '"revi" "sion=1"' }] }),
    );
    await zone.observe([FENCE]);
    expect(await zone.apply({ remove: [fence(2)], add: [] })).toMatchObject({ kind: "refused" });
    expect(route53.batches.at(-1)?.[0]?.ResourceRecordSet?.ResourceRecords).toEqual([
      { Value: '"revision=2"' },
    ]);
  });

  it.each<[string, RecordSet, RegExp]>([
    [
      "a traffic policy",
      { ...at(NAME), policy: "traffic policy instance a1b2" },
      /^Nothing was changed: rainbow\.example\.com A is not Verdigris' to take away \(traffic policy instance a1b2\); delete the traffic policy instance in Route 53, or give/,
    ],
    [
      "another policy",
      { ...at(NAME), policy: "failover PRIMARY" },
      /not Verdigris' to take away \(failover PRIMARY\); delete it by what made it, or give the environment another name, then resume\.$/,
    ],
  ])("of a record by %s is forbidden, and not sent", async (_what, record, reason) => {
    const { zone, route53 } = heldZone();
    for (const change of [
      { remove: [record], add: [] },
      { remove: [], add: [record] },
    ]) {
      expect(await zone.apply(change)).toEqual({
        kind: "forbidden",
        reason: expect.stringMatching(reason),
      });
    }
    expect(route53.requests).toEqual([]);
  });

  it("of a record that external-dns has marked as its own is forbidden, and not sent", async () => {
    const text = "heritage=external-dns,external-dns/owner=eks,external-dns/resource=service/x";
    const mark = held(`a-${NAME}`, { Type: "TXT", ResourceRecords: [{ Value: `"${text}"` }] });
    const { zone, route53 } = heldZone(held(NAME), mark);
    const found = await zone.observe([NAME, `_verdigris.${NAME}`]);
    expect(found).toEqual([{ ...at(NAME), policy: "owned by external-dns (eks)" }]);
    expect(await zone.apply({ remove: found, add: [fence(2)] })).toEqual({
      kind: "forbidden",
      reason: expect.stringContaining("(owned by external-dns (eks)); delete it by what made it"),
    });
    expect(route53.batches).toEqual([]);
  });

  it.each([
    ["a name in no zone", "rainbow.example.net", /no hosted zone of the account holds/],
    ["a name in one of several", "www.twin.org", /ZTWIN1 and ZTWIN2/],
    [
      "names in two zones",
      "www.example.org",
      /^Nothing was changed: a change is of one hosted zone, and these names are in several: rainbow\.example\.com in Z0123456789EXAMPLE \(example\.com\), www\.example\.org in ZORG \(example\.org\); give the environment names of one zone\.$/,
    ],
    [
      "a name in a zone of another service",
      "www.cloudmap.net",
      /hosted zone ZMAP \(cloudmap\.net\) belongs to servicediscovery\.amazonaws\.com, which alone may change it/,
    ],
  ])("of %s is forbidden, and not sent", async (what, name, reason) => {
    const { zone, route53 } = fakeZone({
      zones: [
        { id: ZONE, name: "example.com" },
        { id: "ZORG", name: "example.org" },
        { id: "ZTWIN1", name: "twin.org" },
        { id: "ZTWIN2", name: "twin.org" },
        { id: "ZMAP", name: "cloudmap.net", ownedBy: "servicediscovery.amazonaws.com" },
      ],
    });
    const add = what === "names in two zones" ? [at(NAME), at(name)] : [at(name)];
    const answer = await zone.apply({ remove: [], add });
    expect(answer).toEqual({ kind: "forbidden", reason: expect.stringMatching(reason) });
    expect(route53.batches).toEqual([]);
  });

  it("goes to the zone that replaced another", async () => {
    const { zone, route53 } = heldZone();
    await zone.observe([NAME]);
    route53.remove(ZONE);
    route53.add({ id: "ZNEW", name: "example.com" });
    expect(await zone.apply({ remove: [], add: [at(NAME)] })).toMatchObject({ kind: "accepted" });
    expect(route53.sets("ZNEW")).toEqual([held(NAME)]);
  });

  it("whose zone can't be found out yet is unavailable, or forbidden where a person must help", async () => {
    const { zone, route53, clock } = heldZone();
    route53.failNext(faults.throttling, 3);
    const change = { remove: [], add: [at(NAME)] };
    expect(await within(clock, 60_000, zone.apply(change))).toMatchObject({ kind: "unavailable" });
    route53.failNext(() => faults.answer("AccessDenied", "not authorized", 403));
    expect(await zone.apply(change)).toMatchObject({
      kind: "forbidden",
      reason: expect.stringMatching(/Allow route53:ListHostedZonesByName on \*/),
    });
  });

  it("is sent once, even when its answer is lost: repeated, it would be refused", async () => {
    const { zone, route53, clock } = heldZone();
    await zone.observe([NAME]);
    route53.failNext(() => faults.connection("ECONNRESET"), 1, "after");
    const change = { remove: [], add: [at(NAME)] };
    const lost = await within(clock, 60_000, zone.apply(change));
    expect(lost).toMatchObject({
      kind: "unavailable",
      reason: expect.stringMatching(/may have been changed/),
    });
    expect(route53.batches).toHaveLength(1);
    expect(await zone.apply(change)).toMatchObject({ kind: "refused" });
    expect(await zone.observe([NAME])).toEqual([at(NAME)]);
  });

  it("that gets no answer is given up in time", async () => {
    const { zone, route53, clock } = heldZone();
    await zone.observe([NAME]);
    route53.isMute = true;
    const answer = await within(clock, 10_000, zone.apply({ remove: [], add: [at(NAME)] }));
    expect(answer).toMatchObject({
      kind: "unavailable",
      reason: expect.stringMatching(/no answer within 10 s\. It may have been changed/),
    });
  });

  it.each([
    [
      "revert",
      "too many wait",
      203,
      /not sent: 200 requests wait for their turn already\. Nothing/,
    ],
    ["change", "its turn doesn't come", 199, /not sent: it waited 30 s for its turn\. Nothing/],
  ] as const)(
    "(%s) is unavailable and was not sent when %s",
    async (urgency, _what, ahead, reason) => {
      const { zone, route53, clock } = heldZone();
      await zone.observe([NAME]);
      const others = Array.from({ length: ahead }, () =>
        zone.apply({ remove: [], add: [at("other.example.com")] }, "revert"),
      );
      const asked = zone.apply({ remove: [], add: [at(NAME)] }, urgency);
      const answer = await within(clock, 30_000, asked);
      expect(answer).toMatchObject({ kind: "unavailable", reason: expect.stringMatching(reason) });
      await clock.advance(60_000);
      await Promise.all(others);
      expect(route53.sets(ZONE).map(({ Name }) => Name)).toEqual(["other.example.com."]);
    },
  );

  it("that names a record twice is refused, and not sent", async () => {
    const { zone, route53 } = heldZone();
    const twice = [fence(1), fence(2)];
    for (const change of [
      { remove: twice, add: [] },
      { remove: [], add: twice },
    ]) {
      expect(await zone.apply(change)).toEqual({
        kind: "refused",
        reason: `it names ${FENCE} TXT twice`,
      });
    }
    expect(route53.requests).toEqual([]);
  });

  it("leaves no wait behind when it was answered", async () => {
    const { zone, clock } = heldZone();
    await zone.apply({ remove: [], add: [at(NAME)] });
    expect(clock.pending).toBe(0);
  });

  it("takes its turn: reverts first, then changes, looks, and questions after changes", async () => {
    const { zone, route53, clock } = heldZone();
    await zone.observe([NAME]);
    await within(clock, 0, Promise.all([1, 2, 3].map(() => zone.changeStatus("C1"))));
    const before = route53.requests.length;
    const add = (name: string) => ({ remove: [], add: [at(`${name}.example.com`)] });
    const asked = [
      zone.changeStatus("C2"),
      zone.observe([NAME]),
      zone.apply(add("changed")),
      zone.apply(add("reverted"), "revert"),
    ];
    await within(clock, 2_000, Promise.all(asked));
    const sent = route53.batches.map(([change]) => change?.ResourceRecordSet?.Name);
    expect(sent).toEqual(["reverted.example.com.", "changed.example.com."]);
    expect(route53.requests.slice(before).map((one) => one.split(" ")[0])).toEqual([
      "ChangeResourceRecordSets",
      "ChangeResourceRecordSets",
      "ListResourceRecordSets",
      "GetChange",
    ]);
  });
});

describe("the status of a change", () => {
  const statusAfter = async (error: () => Error) => {
    const { zone, route53, clock } = heldZone();
    route53.failNext(error);
    return within(clock, 60_000, zone.changeStatus("C1"));
  };

  it("is pending until Route 53 says that it is in sync", async () => {
    const { zone, route53 } = heldZone();
    const answer = await zone.apply({ remove: [], add: [at(NAME)] });
    if (answer.kind !== "accepted") throw new Error(answer.reason);
    route53.isHeldBack = true;
    expect(await zone.changeStatus(answer.changeId)).toBe("pending");
    route53.isHeldBack = false;
    expect(await zone.changeStatus(answer.changeId)).toBe("pending");
    expect(await zone.changeStatus(answer.changeId)).toBe("in-sync");
  });

  it.each([
    ["pending", "it was throttled", faults.throttling],
    ["pending", "Route 53 failed", () => faults.answer("InternalFailure", "We failed", 500)],
    ["pending", "there is no connection", () => faults.connection("EHOSTUNREACH")],
    ["unknown", "the id is of no change", () => faults.answer("NoSuchChange", "no", 404)],
    ["unknown", "the id is none", () => faults.answer("InvalidInput", "invalid id", 400)],
    [
      "pending",
      "the credentials are being renewed",
      () => faults.answer("ExpiredToken", "expired", 403),
    ],
  ] as const)("is %s when %s", async (status, _what, error) => {
    expect(await statusAfter(error)).toBe(status);
  });

  it("is not made up when Route 53 answers with what nobody knows", async () => {
    const odd = () => faults.answer("ImATeapot", "no coffee", 418);
    await expect(statusAfter(odd)).rejects.toThrow(/ImATeapot: no coffee/);
  });

  it("is told by nobody who may not ask", async () => {
    const denied = () => faults.answer("AccessDenied", "not authorized", 403);
    await expect(statusAfter(denied)).rejects.toThrow(
      "Route 53 didn't tell whether change C1 is in sync: AccessDenied: not authorized. Nothing was changed. Allow route53:GetChange on arn:aws:route53:::change/* to the role that Verdigris uses for Route 53.",
    );
  });
});
