import { randomUUID } from "node:crypto";
import {
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type Route53Client,
} from "@aws-sdk/client-route-53";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RecordSet } from "../../../domain/records.ts";
import { trafficZoneContract } from "../../../ports/traffic-zone.contract.ts";
import { SystemClock } from "../../local/system-clock.ts";
import { HostedZones } from "./hosted-zones.ts";
import { RequestBudget } from "./request-budget.ts";
import { openRoute53 } from "./route53-client.ts";
import { Route53Requests } from "./route53-requests.ts";
import { Route53Zone } from "./route53-zone.ts";
import { ServedRecords } from "./served-records.fixture.ts";

/**
 * Against MiniStack, which differs from Route 53's documents so far as this matters here:
 * - It has no name servers, so what ListResourceRecordSets gives is served on loopback instead
 *   (GetHostedZone: four name servers answer).
 * - "Tried to create …" names the record in a form of its own ("example.com. type A but it already
 *   exists"), without a set identifier (aws/aws-sdk-kotlin#1435 has Route 53's form).
 * - A change is INSYNC when it is asked after for the second time (GetChange: within 60 seconds).
 * - No throttling, no PriorRequestNotComplete, no limits of a batch, and no check of what may stand
 *   beside what (Developer Guide, "Quotas"; API, ResourceRecordSet).
 * - Hosted zones are sorted by name as it is written, not with the labels reversed, and those that
 *   come before the name asked for are left out (API, ListHostedZonesByName): a zone below
 *   another may be missed.
 * - Names and values are kept as they are sent, whatever their case (Developer Guide, "DNS domain
 *   name format": stored in lower case).
 */
const address = process.env.VERDIGRIS_TEST_AWS;
let client: Route53Client;

beforeAll(() => {
  if (!address) {
    throw new Error(
      "VERDIGRIS_TEST_AWS is not set: these tests need the address of an AWS API, http://127.0.0.1:4566 for example. `npm run test:aws` starts one.",
    );
  }
  client = openRoute53({
    endpoint: address,
    region: "us-east-1",
    credentials: { accessKeyId: "none", secretAccessKey: "none" },
  });
});

afterAll(() => client?.destroy());

async function newZone(name: string): Promise<string> {
  const created = await client.send(
    new CreateHostedZoneCommand({ Name: name, CallerReference: randomUUID() }),
  );
  return created.HostedZone?.Id ?? "";
}

async function open() {
  const id = await newZone("rainbow.test");
  const served = await ServedRecords.start("rainbow.test", async () => {
    const all = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId: id }));
    return all.ResourceRecordSets ?? [];
  });
  const clock = new SystemClock();
  const budget = new RequestBudget({ clock, requestsPerSecond: 10_000 });
  const requests = new Route53Requests({ client, budget, clock });
  const zones = new HostedZones({ requests, clock, ids: [id] });
  const zone = new Route53Zone({ requests, zones, askServers: served.ask() });
  return { zone, zones, requests, clock, close: () => served.close() };
}

trafficZoneContract("Route53Zone on MiniStack", open);

describe("Route53Zone on MiniStack", () => {
  const sets = (weights: readonly number[]): readonly RecordSet[] =>
    (["A", "AAAA"] as const).flatMap((type) =>
      ["blue", "green"].map((id, index) => ({
        name: "rainbow.test",
        type,
        set: { id, weight: weights[index] ?? 0 },
        ttlSeconds: 60,
        values: [],
        alias: {
          name: `dualstack.${id}-1.eu-west-1.elb.amazonaws.com`,
          zone: "Z32O12XQLNTSW2",
          evaluateTargetHealth: false,
        },
      })),
    );

  it("writes, finds and takes away weighted aliases", async () => {
    const { zone, close } = await open();
    const before = sets([100, 0]);
    const after = sets([0, 100]);
    expect(await zone.apply({ remove: [], add: before })).toMatchObject({ kind: "accepted" });
    expect(await zone.observe(["rainbow.test"])).toEqual(before);
    expect(await zone.apply({ remove: after, add: before })).toMatchObject({ kind: "refused" });
    expect(await zone.apply({ remove: before, add: after })).toMatchObject({ kind: "accepted" });
    expect(await zone.observe(["rainbow.test"])).toEqual(after);
    await close();
  });

  it("finds a zone by name among those of the account", async () => {
    const { requests, clock, close } = await open();
    const name = `z${randomUUID()}.test`;
    const id = await newZone(name);
    const zones = new HostedZones({ requests, clock });
    expect(await zones.find(`_verdigris.rainbow.${name}`)).toMatchObject({
      kind: "found",
      zone: { id: id.replace("/hostedzone/", ""), name, isPrivate: false },
    });
    expect(await zones.find("rainbow.invalid")).toMatchObject({ kind: "none" });
    await close();
  });

  it("forbids changes of a zone that is not there", async () => {
    const { requests, clock, close } = await open();
    const zones = new HostedZones({ requests, clock, ids: ["Z00000000000GONE"] });
    const zone = new Route53Zone({ requests, zones, askServers: () => Promise.resolve([]) });
    const answer = await zone.apply({ remove: [], add: sets([100, 0]) });
    expect(answer).toMatchObject({
      kind: "forbidden",
      reason: expect.stringMatching(/Z00000000000GONE among them: there is no such zone/),
    });
    await close();
  });
});
