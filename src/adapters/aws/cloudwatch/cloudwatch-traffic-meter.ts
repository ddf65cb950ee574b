import type { MetricDataQuery, MetricDataResult } from "@aws-sdk/client-cloudwatch";
import { GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import type { Clock } from "../../../ports/clock.ts";
import type { Side } from "../../../ports/side-runtime.ts";
import type { SideRequests, TrafficMeter } from "../../../ports/traffic-meter.ts";
import { explainAwsError } from "../aws-errors.ts";
import type { AwsClient, Clients, Place } from "../clients.ts";
import { inTime } from "../clients.ts";
import type { Log } from "../told-once.ts";
import { ToldOnce } from "../told-once.ts";

export interface CloudWatchTrafficMeterParts {
  readonly clients: Clients;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * How far behind the counts may be, in seconds. Load balancers send their metrics every 60 s (ELB User
 * Guides, "CloudWatch metrics for your load balancer"), and statistics may take another two minutes
 * to show them (CloudWatch User Guide, "Publish custom metrics"). No bound is promised.
 */
const LAG_SECONDS = 180;

const DAY_SECONDS = 24 * 60 * 60;

/**
 * GetMetricData takes 500 metrics and 100,800 data points (CloudWatch API); each query here has at
 * most 368 points, one for each day since the total begins.
 */
const MOST_QUERIES = 200;

const MOST_PAGES = 20;

/**
 * Requests that the sides' load balancers took, as CloudWatch counts them; of a Network Load
 * Balancer, connections. The total begins on the 1 January or 1 July before last, so that it never
 * falls but at the turn of a half-year, and is never older than CloudWatch keeps hourly figures (455
 * days). What is open isn't known. A side that can't be counted is left out, and told of once.
 */
export class CloudWatchTrafficMeter implements TrafficMeter {
  readonly #clients: Clients;
  readonly #clock: Clock;
  readonly #told: ToldOnce;

  constructor({ clients, clock, log }: CloudWatchTrafficMeterParts) {
    this.#clients = clients;
    this.#clock = clock;
    this.#told = new ToldOnce(log);
  }

  async requestsBySide(sides: readonly Side[]): Promise<readonly SideRequests[]> {
    const totals = new Map<Side, number>();
    await Promise.all(
      batchesOf(sides).map(async ({ place, counted }) => {
        try {
          const client = await this.#clients.client("cloudwatch", place);
          const found = await totalsOf(client, counted, this.#clock.now());
          for (const [side, total] of found) totals.set(side, total);
          for (const { side } of counted)
            this.#tell(side, found.has(side) ? undefined : "CloudWatch failed");
        } catch (error) {
          for (const { side } of counted) this.#tell(side, explainAwsError(error).message);
        }
      }),
    );
    return sides.flatMap((side) => {
      const total = totals.get(side);
      return total === undefined
        ? []
        : [{ side: side.side, total, open: 0, lagSeconds: LAG_SECONDS }];
    });
  }

  #tell({ environment, side }: Side, fault: string | undefined): void {
    const about = `${environment}/${side}`;
    if (fault === undefined) this.#told.well(about);
    else this.#told.warn(about, `Requests to ${about} aren't counted: ${fault}`);
  }
}

interface Counted {
  readonly side: Side;
  readonly metric: { readonly Namespace: string; readonly MetricName: string };
  /** `app/rainbow-blue/50dc6c495c0c9188` */
  readonly loadBalancer: string;
}

function batchesOf(sides: readonly Side[]): { place: Place; counted: readonly Counted[] }[] {
  const places = new Map<string, { place: Place; counted: Counted[] }>();
  for (const side of sides) {
    if (side.runsOn.runtime !== "ecs") continue;
    const { region, role, loadBalancer } = side.runsOn;
    const counted = countedOf(side, loadBalancer.arn);
    if (!counted) continue;
    const key = `${region} ${role ?? ""}`;
    const place = { region, ...(role === undefined ? {} : { role }) };
    const at = places.get(key) ?? { place, counted: [] };
    at.counted.push(counted);
    places.set(key, at);
  }
  return [...places.values()].flatMap(({ place, counted }) =>
    Array.from({ length: Math.ceil(counted.length / MOST_QUERIES) }, (_, i) => ({
      place,
      counted: counted.slice(i * MOST_QUERIES, (i + 1) * MOST_QUERIES),
    })),
  );
}

/** The dimension is the last part of the ARN (ELB User Guides, "Metric dimensions"). */
function countedOf(side: Side, arn: string): Counted | undefined {
  const [, loadBalancer, type] = /:loadbalancer\/((app|net)\/.+)$/.exec(arn) ?? [];
  if (!loadBalancer) return undefined;
  const metric =
    type === "app"
      ? { Namespace: "AWS/ApplicationELB", MetricName: "RequestCount" }
      : { Namespace: "AWS/NetworkELB", MetricName: "NewFlowCount" };
  return { side, metric, loadBalancer };
}

async function totalsOf(
  client: AwsClient<"cloudwatch">,
  counted: readonly Counted[],
  now: number,
): Promise<ReadonlyMap<Side, number>> {
  const results = await resultsOf(client, counted.map(queryFor), now);
  const totals = new Map<Side, number>();
  counted.forEach(({ side }, i) => {
    const own = results.filter(({ Id }) => Id === idOf(i));
    // A metric is reported once it has a value: none at all means that nothing was counted.
    const isWhole = own.some(({ StatusCode }) => StatusCode === "Complete");
    const values = own.flatMap(({ Values }) => Values ?? []);
    if (isWhole) totals.set(side, Math.round(values.reduce((sum, value) => sum + value, 0)));
  });
  return totals;
}

function queryFor({ metric, loadBalancer }: Counted, i: number): MetricDataQuery {
  const Dimensions = [{ Name: "LoadBalancer", Value: loadBalancer }];
  return {
    Id: idOf(i),
    MetricStat: { Metric: { ...metric, Dimensions }, Period: DAY_SECONDS, Stat: "Sum" },
  };
}

/** Begins with a small letter (CloudWatch API, MetricDataQuery). */
function idOf(i: number): string {
  return `side${i}`;
}

async function resultsOf(
  client: AwsClient<"cloudwatch">,
  MetricDataQueries: MetricDataQuery[],
  now: number,
): Promise<readonly MetricDataResult[]> {
  const results: MetricDataResult[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const command = new GetMetricDataCommand({
      MetricDataQueries,
      StartTime: new Date(beginOfTotal(now)),
      EndTime: new Date(now + DAY_SECONDS * 1000),
      ...(NextToken === undefined ? {} : { NextToken }),
    });
    const answer = await client.send(command, inTime());
    results.push(...(answer.MetricDataResults ?? []));
    NextToken = answer.NextToken;
    if (NextToken === undefined) return results;
  }
  throw new Error(`CloudWatch has more than ${MOST_PAGES} pages of what was asked for`);
}

/** Midnight (UTC) of the 1 January or 1 July before last. */
function beginOfTotal(now: number): number {
  const date = new Date(now);
  const halfYears = date.getUTCFullYear() * 2 + (date.getUTCMonth() < 6 ? 0 : 1) - 1;
  return Date.UTC(Math.floor(halfYears / 2), halfYears % 2 === 0 ? 0 : 6);
}
