import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { describe, expect, it } from "vitest";
import { onEcs } from "../../../../test/support/engine.ts";
import {
  type Carried,
  carryOutTraffic,
  FOUND_IN_ZONE,
} from "../../../app/environments/carry-out-traffic.ts";
import { CoalescingZone } from "../../../app/zones/coalescing-zone.ts";
import { initialEnvironment } from "../../../domain/environment/evolve.ts";
import type { EnvironmentState } from "../../../domain/environment/state.ts";
import { recordsFor } from "../../../domain/environment/traffic.ts";
import type { RecordChange, RecordSet } from "../../../domain/records.ts";
import { faults } from "./fake-route53.fixture.ts";
import { writtenRecord } from "./record-set.ts";
import { fakeZone, within, ZONE } from "./route53.fixture.ts";
import { fitsRoute53 } from "./route53-limits.ts";

const RECORD = "rainbow.example.com";

/** The records of the decision at a revision: blue is live at odd ones. */
function decided(revision: number): readonly RecordSet[] {
  const configuration = onEcs({ record: RECORD, preview: `standby.${RECORD}` });
  const isBlue = revision % 2 === 1;
  const weights = { blue: isBlue ? 100 : 0, green: isBlue ? 0 : 100 };
  const preview = isBlue ? "green" : "blue";
  return recordsFor("rainbow/production", configuration, weights, preview, revision);
}

/** An environment that has decided this often, and knows of the zone no more than that. */
function knowing(revision: number): EnvironmentState {
  const state = initialEnvironment("env#rainbow/production");
  const decisions = Array.from({ length: revision }, (_, n) => ({
    revision: n + 1,
    records: decided(n + 1),
  }));
  return { ...state, traffic: { ...state.traffic, decisions } };
}

/** The zone holds the records of a decision, changed as the function says. */
function holding(
  revision: number,
  change: (sets: readonly ResourceRecordSet[]) => readonly ResourceRecordSet[] = (sets) => sets,
) {
  const fake = fakeZone();
  const sets = revision === 0 ? [] : decided(revision).map(writtenRecord);
  fake.route53.add({ id: ZONE, name: "example.com" }, change(sets));
  const carry = (state: EnvironmentState): Promise<Carried> =>
    within(fake.clock, 10_000, carryOutTraffic(state, fake.zone));
  return { ...fake, carry };
}

describe("a flip in Route 53", () => {
  it("takes one request besides finding the zone", async () => {
    const { carry, route53 } = holding(1);
    expect(await carry(knowing(2))).toMatchObject({ kind: "submitted" });
    expect(route53.requests).toEqual([
      "ListHostedZonesByName example.com.",
      `ChangeResourceRecordSets ${ZONE}`,
    ]);
    expect(route53.sets(ZONE)).toEqual(expect.arrayContaining(decided(2).map(writtenRecord)));
  });

  it("whose answer was lost is found in the zone", async () => {
    const { carry, route53, zones } = holding(1);
    await zones.find(RECORD);
    route53.failNext(() => faults.connection("ECONNRESET"), 1, "after");
    expect(await carry(knowing(2))).toMatchObject({ kind: "unavailable" });
    expect(await carry(knowing(2))).toEqual({ kind: "submitted", changeId: FOUND_IN_ZONE });
    expect(route53.batches).toHaveLength(2);
  });

  it("gives way to a newer decision", async () => {
    const { carry } = holding(3);
    expect(await carry(knowing(2))).toEqual({ kind: "behind", fence: 3 });
  });

  it("replaces what a person saved again, in other quotes, without changing it", async () => {
    const { carry, route53 } = holding(1, (sets) =>
      sets.map((set) =>
        set.Type === "TXT"
          ? {
              ...set,
              ResourceRecords: [
                { Value: '"verdigris " "environment=rainbow/production revision=1"' },
              ],
            }
          : set,
      ),
    );
    expect(await carry(knowing(2))).toMatchObject({ kind: "submitted" });
    expect(route53.sets(ZONE)).toHaveLength(decided(2).length);
  });

  it("is blocked by a weight that was changed by hand, and names it", async () => {
    const { carry, route53 } = holding(1, (sets) =>
      sets.map((set) => (set.SetIdentifier === "green" ? { ...set, Weight: 50 } : set)),
    );
    expect(await carry(knowing(2))).toMatchObject({
      kind: "blocked",
      code: "drift",
      reason: expect.stringMatching(/found rainbow\.example\.com .* \[green weight 50\]/),
    });
    expect(route53.batches).toHaveLength(1);
  });

  it("is blocked by records that were there before, and names them", async () => {
    const { carry } = holding(0, () => [
      {
        Name: `${RECORD}.`,
        Type: "CNAME",
        TTL: 300,
        ResourceRecords: [{ Value: "old.example.net." }],
      },
    ]);
    expect(await carry(knowing(1))).toMatchObject({
      kind: "blocked",
      code: "records_exist",
      reason: expect.stringMatching(/rainbow\.example\.com 300 CNAME old\.example\.net/),
    });
  });

  it("is blocked by a record set protection at once, and not tried for ever", async () => {
    const { carry, route53 } = holding(1);
    route53.protect(RECORD, "A", "ask the platform team");
    expect(await carry(knowing(2))).toMatchObject({
      kind: "blocked",
      code: "forbidden",
      reason: expect.stringMatching(/ask the platform team.*Delete the record set protections/),
    });
    expect(route53.batches).toHaveLength(1);
  });

  it("that is behind is told so before anything of a protection", async () => {
    const { carry, route53 } = holding(3);
    route53.protect(RECORD, "A", "ask the platform team");
    expect(await carry(knowing(2))).toEqual({ kind: "behind", fence: 3 });
  });
});

describe("changes of several environments at once", () => {
  const add = (name: string, policy?: string): RecordChange => ({
    remove: [],
    add: [{ name, type: "A", ttlSeconds: 60, values: ["192.0.2.1"], ...(policy && { policy }) }],
  });

  it("are made, each in its own hosted zone and without those that can't be", async () => {
    const { zone, zones, route53, clock } = fakeZone({
      zones: [
        { id: ZONE, name: "example.com" },
        { id: "ZBELOW", name: "below.example.com" },
      ],
    });
    const coalescing = new CoalescingZone(zone, {
      zoneOf: (change) => zones.zoneOf(change),
      fits: fitsRoute53,
      maxWaiting: 100,
    });
    const changes = [
      add("a.example.com"),
      add("b.example.com", "failover PRIMARY"),
      add("c.below.example.com"),
      add("d.example.com"),
      add("e.example.net"),
    ];
    const answers = await within(
      clock,
      60_000,
      Promise.all(changes.map((change) => coalescing.apply(change))),
    );
    expect(answers.map(({ kind }) => kind)).toEqual([
      "accepted",
      "forbidden",
      "accepted",
      "accepted",
      "forbidden",
    ]);
    expect(route53.sets(ZONE).map(({ Name }) => Name)).toEqual([
      "a.example.com.",
      "d.example.com.",
    ]);
    expect(route53.sets("ZBELOW").map(({ Name }) => Name)).toEqual(["c.below.example.com."]);
  });
});
