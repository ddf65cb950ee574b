import { expect, it } from "vitest";
import {
  type OpenedTrafficZone,
  trafficZoneContract,
} from "../../../ports/traffic-zone.contract.ts";
import { SystemClock } from "../../local/system-clock.ts";
import { FakeRoute53 } from "./fake-route53.fixture.ts";
import { HostedZones } from "./hosted-zones.ts";
import { RequestBudget } from "./request-budget.ts";
import { Route53Requests } from "./route53-requests.ts";
import { Route53Zone } from "./route53-zone.ts";
import { type Addresses, ServedRecords } from "./served-records.fixture.ts";

const ID = "Z0123456789EXAMPLE";

/** The name servers of the zone `rainbow.test` answer with what was in sync last. */
async function open(addresses?: Addresses): Promise<OpenedTrafficZone & { route53: FakeRoute53 }> {
  const route53 = new FakeRoute53();
  route53.add({ id: ID, name: "rainbow.test" });
  const served = await ServedRecords.start(
    "rainbow.test",
    () => Promise.resolve(route53.served(ID)),
    addresses,
  );
  const clock = new SystemClock();
  const budget = new RequestBudget({ clock, requestsPerSecond: 10_000 });
  const requests = new Route53Requests({ client: route53.client(), budget, clock });
  const zones = new HostedZones({ requests, clock });
  const zone = new Route53Zone({ requests, zones, askServers: served.ask() });
  return { route53, zone, close: () => served.close() };
}

trafficZoneContract("Route53Zone", () => open());

it("servers answer aliases with addresses, and not before the change is in sync", async () => {
  const alias = {
    name: "blue.elb.amazonaws.com",
    zone: "Z32O12XQLNTSW2",
    evaluateTargetHealth: false,
  };
  const { zone, close } = await open({ [alias.name]: "192.0.2.1" });
  const record = { name: "rainbow.test", type: "A", ttlSeconds: 60, values: [], alias } as const;
  const answer = await zone.apply({ remove: [], add: [record] });
  if (answer.kind !== "accepted") throw new Error(answer.reason);
  expect(await zone.ask("rainbow.test", "A")).toMatchObject([{ values: [] }]);
  expect(await zone.changeStatus(answer.changeId)).toBe("pending");
  expect(await zone.changeStatus(answer.changeId)).toBe("in-sync");
  expect(await zone.ask("rainbow.test", "A")).toMatchObject([{ values: ["192.0.2.1"] }]);
  await close();
});
