import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { describe, expect, it } from "vitest";
import { onEcs, PRODUCTION } from "../../../../test/support/engine.ts";
import { recordsFor, wholly } from "../../../domain/environment/traffic.ts";
import type { RecordSet } from "../../../domain/records.ts";
import { changesOf, recordOf, writtenRecord } from "./record-set.ts";

const A: ResourceRecordSet = { Name: "rainbow.example.com.", Type: "A" };
const VALUES = { TTL: 300, ResourceRecords: [{ Value: "192.0.2.1" }] };

describe("what Verdigris writes", () => {
  const configuration = onEcs({ dualStack: true });
  const records = recordsFor(PRODUCTION, configuration, wholly("blue", configuration), "green", 7);

  it("comes back as it was written", () => {
    expect(records.map((record) => recordOf(writtenRecord(record)))).toEqual(records);
  });

  it("is a weighted alias without TTL or values, whose health doesn't count", () => {
    expect(writtenRecord(records[0] as RecordSet)).toEqual({
      Name: "rainbow.test.",
      Type: "A",
      SetIdentifier: "blue",
      Weight: 100,
      AliasTarget: {
        HostedZoneId: "Z32O12XQLNTSW2",
        DNSName: "blue.eu-west-1.elb.amazonaws.com.",
        EvaluateTargetHealth: false,
      },
    });
  });

  it("keeps what somebody set on a record that is adopted", () => {
    const adopted: RecordSet = {
      name: "rainbow.example.com",
      type: "CNAME",
      set: { id: "old", weight: 7 },
      ttlSeconds: 300,
      values: ["lb.example.net"],
      healthCheck: "abcd",
    };
    expect(writtenRecord(adopted)).toEqual({
      Name: "rainbow.example.com.",
      Type: "CNAME",
      SetIdentifier: "old",
      Weight: 7,
      TTL: 300,
      ResourceRecords: [{ Value: "lb.example.net." }],
      HealthCheckId: "abcd",
    });
    expect(recordOf(writtenRecord(adopted))).toEqual(adopted);
  });

  it("removes everything before it adds anything, and overwrites nothing", () => {
    const actions = changesOf([A, A], [A]).map(({ Action }) => Action);
    expect(actions).toEqual(["DELETE", "DELETE", "CREATE"]);
  });
});

describe("what Route 53 holds", () => {
  it("is read in lower case, without the trailing dot", () => {
    const AliasTarget = {
      HostedZoneId: "Z1",
      DNSName: "dualstack.Blue-1.eu-west-1.elb.amazonaws.com.",
      EvaluateTargetHealth: true,
    };
    expect(recordOf({ ...A, Name: "Rainbow.Example.com.", AliasTarget })).toEqual({
      name: "rainbow.example.com",
      type: "A",
      ttlSeconds: 60,
      values: [],
      alias: {
        name: "dualstack.blue-1.eu-west-1.elb.amazonaws.com",
        zone: "Z1",
        evaluateTargetHealth: true,
      },
    });
  });

  it.each<[string, ResourceRecordSet["Type"], boolean]>([
    ["rainbow.example.com.", "A", true],
    ["rainbow.example.com.", "AAAA", true],
    ["rainbow.example.com.", "CNAME", true],
    ["_verdigris.rainbow.example.com.", "TXT", true],
    ["rainbow.example.com.", "TXT", false],
    ["rainbow.example.com.", "NS", false],
    ["rainbow.example.com.", "SOA", false],
    ["rainbow.example.com.", "MX", false],
    ["rainbow.example.com.", "HTTPS", false],
  ])("at %s of type %s counts: %s", (Name, Type, counts) => {
    expect(recordOf({ ...VALUES, Name, Type }) !== undefined).toBe(counts);
  });

  it.each<[string, Partial<ResourceRecordSet>]>([
    ["failover PRIMARY", { Failover: "PRIMARY" }],
    ["latency eu-west-1", { Region: "eu-west-1" }],
    ["geolocation country DE", { GeoLocation: { CountryCode: "DE" } }],
    ["geolocation continent EU", { GeoLocation: { ContinentCode: "EU" } }],
    ["geolocation country US-CA", { GeoLocation: { CountryCode: "US", SubdivisionCode: "CA" } }],
    [
      "geoproximity eu-west-1 bias 10",
      { GeoProximityLocation: { AWSRegion: "eu-west-1", Bias: 10 } },
    ],
    [
      "geoproximity 1.5,-2",
      { GeoProximityLocation: { Coordinates: { Latitude: "1.5", Longitude: "-2" } } },
    ],
    [
      "CIDR collection c1 at office",
      { CidrRoutingConfig: { CollectionId: "c1", LocationName: "office" } },
    ],
    ["multivalue answer", { MultiValueAnswer: true }],
    ["unknown policy", {}],
  ])("by policy is named: %s", (policy, routing) => {
    const set = { ...A, ...VALUES, SetIdentifier: "one", ...routing };
    expect(recordOf(set)).toEqual({
      name: "rainbow.example.com",
      type: "A",
      ttlSeconds: 300,
      values: ["192.0.2.1"],
      policy: `${policy}, set "one"`,
    });
  });

  it("by traffic policy is named even where it looks simple", () => {
    const set = { ...A, ...VALUES, TrafficPolicyInstanceId: "a1b2" };
    expect(recordOf(set)).toMatchObject({ policy: "traffic policy instance a1b2" });
  });

  it("has no policy when it is simple or weighted", () => {
    expect(recordOf({ ...A, ...VALUES })).not.toHaveProperty("policy");
    const weighted = recordOf({ ...A, ...VALUES, SetIdentifier: "blue", Weight: 0 });
    expect(weighted).toMatchObject({ set: { id: "blue", weight: 0 } });
    expect(weighted).not.toHaveProperty("policy");
  });
});
