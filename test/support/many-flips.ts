import { fitsRoute53 } from "../../src/adapters/aws/route53/route53-limits.ts";
import { ManualClock } from "../../src/adapters/memory/manual-clock.ts";
import { CoalescingZone } from "../../src/app/zones/coalescing-zone.ts";
import type { RecordChange, RecordSet } from "../../src/domain/records.ts";
import type { TrafficZone } from "../../src/ports/traffic-zone.ts";
import { PacedRoute53, SimulatedRoute53 } from "./simulated-route53.ts";

export interface ManyFlips {
  /** Changes that Route 53 made. */
  readonly batches: number;
  /** From the first request until the last flip was in sync, on the simulation's clock. */
  readonly seconds: number;
  readonly throttled: number;
}

/** How often each flip asks whether it is in sync. */
const POLL_MS = 2_000;
const LONGEST_MS = 3_600_000;

/** Asks for as many flips at once, each of an environment of its own in one hosted zone. */
export async function manyFlips(flips: number, how: "coalesced" | "alone"): Promise<ManyFlips> {
  const clock = new ManualClock(0);
  const route53 = new SimulatedRoute53(clock);
  const environments = Array.from({ length: flips }, (_, number) => number);
  route53.hold(environments.flatMap((number) => recordsOf(number, "blue", 1)));
  const paced = new PacedRoute53(route53, clock);
  const rules = { zoneOf: () => "example.com", fits: fitsRoute53, maxWaiting: 10_000 };
  const zone = how === "coalesced" ? new CoalescingZone(paced, rules) : paced;
  let lastAt = 0;
  const all = Promise.all(
    environments.map(async (number) => {
      const change = {
        remove: recordsOf(number, "blue", 1),
        add: recordsOf(number, "green", 2),
      };
      await flip(zone, change, clock);
      lastAt = clock.now();
    }),
  );
  let over = false;
  const ended = all.finally(() => {
    over = true;
  });
  while (!over && clock.now() < LONGEST_MS) await clock.advance(10_000);
  if (!over) throw new Error(`${flips} flips took more than an hour`);
  await ended;
  return { batches: route53.batches, seconds: lastAt / 1_000, throttled: route53.throttled };
}

async function flip(zone: TrafficZone, change: RecordChange, clock: ManualClock): Promise<void> {
  for (;;) {
    const answer = await zone.apply(change);
    if (answer.kind === "accepted") {
      while ((await zone.changeStatus(answer.changeId)) !== "in-sync") await clock.wait(POLL_MS);
      return;
    }
    if (answer.kind !== "unavailable") throw new Error(`${answer.kind}: ${answer.reason}`);
    await clock.wait(POLL_MS);
  }
}

/** What a blue-green environment has in the zone: both sides, the preview and the fence. */
function recordsOf(number: number, live: "blue" | "green", revision: number): RecordSet[] {
  const name = `app-${number}.example.com`;
  const sides = ["blue", "green"] as const;
  const target = (side: string) => `${side}-${number}.eu-west-1.elb.amazonaws.com`;
  const standby = live === "blue" ? "green" : "blue";
  return [
    ...sides.map((side): RecordSet => {
      const set = { id: side, weight: side === live ? 100 : 0 };
      return { name, type: "CNAME", set, ttlSeconds: 60, values: [target(side)] };
    }),
    { name: `standby.${name}`, type: "CNAME", ttlSeconds: 60, values: [target(standby)] },
    {
      name: `_verdigris.${name}`,
      type: "TXT",
      ttlSeconds: 60,
      values: [`environment=app-${number}/production revision=${revision}`],
    },
  ];
}
