import { ManualClock } from "../../memory/manual-clock.ts";
import { FakeRoute53, type FakeZone } from "./fake-route53.fixture.ts";
import { HostedZones } from "./hosted-zones.ts";
import type { AskServers } from "./name-servers.ts";
import { RequestBudget } from "./request-budget.ts";
import { Route53Requests } from "./route53-requests.ts";
import { Route53Zone } from "./route53-zone.ts";

export const ZONE = "Z0123456789EXAMPLE";

export interface Setting {
  /** Those of the account; `example.com` alone when left out. */
  readonly zones?: readonly FakeZone[];
  readonly ids?: readonly string[];
  readonly askServers?: AskServers;
  readonly deadlineMs?: number;
}

/** A Route53Zone on a fake Route 53, and on a clock that tests move. */
export function fakeZone(setting: Setting = {}) {
  const { zones: kept = [{ id: ZONE, name: "example.com" }], ids, deadlineMs } = setting;
  const { askServers = () => Promise.resolve([]) } = setting;
  const clock = new ManualClock(0);
  const route53 = new FakeRoute53();
  for (const one of kept) route53.add(one);
  const requests = new Route53Requests({
    client: route53.client(),
    budget: new RequestBudget({ clock }),
    clock,
    random: () => 0,
    ...(deadlineMs !== undefined && { deadlineMs }),
  });
  const zones = new HostedZones({ requests, clock, ids });
  return { route53, clock, zones, zone: new Route53Zone({ requests, zones, askServers }) };
}

/** What the promise comes to while time passes on the clock. */
export async function within<Result>(
  clock: ManualClock,
  ms: number,
  asked: Promise<Result>,
): Promise<Result> {
  const settled = asked.then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
  await clock.advance(ms);
  const late = () => {
    throw new Error(`nothing came of it within ${ms} ms`);
  };
  return (await Promise.race([settled, Promise.resolve(late)]))();
}
