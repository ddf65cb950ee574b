import type {
  GetMetricDataCommand,
  GetMetricDataCommandInput,
  MetricDataResult,
} from "@aws-sdk/client-cloudwatch";
import { expect, it } from "vitest";
import type { Side } from "../../../ports/side-runtime.ts";
import { trafficMeterContract } from "../../../ports/traffic-meter.contract.ts";
import type { TrafficMeter } from "../../../ports/traffic-meter.ts";
import { ManualClock } from "../../memory/manual-clock.ts";
import type { Clients, Place } from "../clients.ts";
import { denied, fault } from "../ecs/ecs.fixture.ts";
import { ecsSide } from "../ecs/sides.fixture.ts";
import { CloudWatchTrafficMeter } from "./cloudwatch-traffic-meter.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** CloudWatch with data points of load balancers, one day to a value and a few values to a page. */
class FakeCloudWatch {
  readonly #points: { metric: string; loadBalancer: string; at: number; value: number }[] = [];
  readonly asked: { place: Place; input: GetMetricDataCommandInput }[] = [];
  pageSize = 1000;
  /** By region: what is thrown instead of an answer. */
  readonly errors = new Map<string, Error>();
  statusCode: MetricDataResult["StatusCode"] = "Complete";

  count(metric: string, loadBalancer: string, at: number, value: number): void {
    this.#points.push({ metric, loadBalancer, at, value });
  }

  client(place: Place) {
    return {
      send: async ({ input }: GetMetricDataCommand) => {
        this.asked.push({ place, input });
        const error = this.errors.get(place.region);
        if (error) throw error;
        const from = Number(input.NextToken ?? 0);
        const NextToken = from + this.pageSize < DAYS ? String(from + this.pageSize) : undefined;
        const MetricDataResults = (input.MetricDataQueries ?? []).map(({ Id, MetricStat }) => ({
          Id,
          Values: this.#sums(input, MetricStat).slice(from, from + this.pageSize),
          StatusCode: NextToken === undefined ? this.statusCode : "PartialData",
        }));
        return { MetricDataResults, NextToken };
      },
    };
  }

  #sums(
    { StartTime, EndTime }: GetMetricDataCommandInput,
    stat: NonNullable<GetMetricDataCommandInput["MetricDataQueries"]>[number]["MetricStat"],
  ): number[] {
    const { Namespace, MetricName, Dimensions } = stat?.Metric ?? {};
    const own = this.#points.filter(
      ({ metric, loadBalancer, at }) =>
        metric === `${Namespace}/${MetricName}` &&
        loadBalancer === Dimensions?.find(({ Name }) => Name === "LoadBalancer")?.Value &&
        at >= Number(StartTime) &&
        at < Number(EndTime),
    );
    const days = new Map<number, number>();
    for (const { at, value } of own) {
      const day = Math.floor(at / DAY_MS);
      days.set(day, (days.get(day) ?? 0) + value);
    }
    return [...days.values()];
  }
}

const DAYS = 400;
const REQUESTS = "AWS/ApplicationELB/RequestCount";

function open(now = Date.UTC(2026, 10, 27, 12)) {
  const clock = new ManualClock(now);
  const cloudWatch = new FakeCloudWatch();
  const told: string[] = [];
  const clients = {
    client: async (_: string, place: Place) => cloudWatch.client(place),
  } as unknown as Clients;
  const meter = () =>
    new CloudWatchTrafficMeter({ clients, clock, log: (_, message) => told.push(message) });
  const blue = ecsSide("rainbow/production", "blue");
  const green = ecsSide("rainbow/production", "green");
  return { clock, cloudWatch, told, meter: meter(), again: meter, blue, green };
}

const nameOf = (side: Side) =>
  side.runsOn.runtime === "ecs"
    ? side.runsOn.loadBalancer.arn.replace(/^.*:loadbalancer\//, "")
    : "";

trafficMeterContract("CloudWatchTrafficMeter", async () => {
  const { clock, cloudWatch, meter, again, blue, green } = open();
  const opened = {
    meter: meter as TrafficMeter,
    blue,
    green,
    unknown: ecsSide("rainbow/other", "main"),
    knowsOpen: false,
    begin: async (side: Side) => {
      cloudWatch.count(REQUESTS, nameOf(side), clock.now(), 1);
      return async () => undefined;
    },
    restart: async () => {
      opened.meter = again();
    },
    close: async () => undefined,
  };
  return opened;
});

it("the total is of whole half-years, and doesn't fall when a day begins", async () => {
  const { cloudWatch, meter, blue } = open(Date.UTC(2026, 10, 27, 12));
  cloudWatch.count(REQUESTS, nameOf(blue), Date.UTC(2025, 11, 31, 23, 59), 1000);
  cloudWatch.count(REQUESTS, nameOf(blue), Date.UTC(2026, 0, 1), 1);
  cloudWatch.count(REQUESTS, nameOf(blue), Date.UTC(2026, 5, 30), 10);
  cloudWatch.count(REQUESTS, nameOf(blue), Date.UTC(2026, 10, 27, 11, 59), 100);
  expect(await meter.requestsBySide([blue])).toEqual([
    { side: "blue", total: 111, open: 0, lagSeconds: 180 },
  ]);
  const [{ input } = { input: undefined }] = cloudWatch.asked;
  expect(input?.MetricDataQueries).toMatchObject([{ MetricStat: { Period: 86_400, Stat: "Sum" } }]);
});

it.each([
  [Date.UTC(2026, 0, 1), Date.UTC(2025, 6, 1)],
  [Date.UTC(2026, 5, 30, 23, 59), Date.UTC(2025, 6, 1)],
  [Date.UTC(2026, 6, 1), Date.UTC(2026, 0, 1)],
  [Date.UTC(2026, 11, 31, 23, 59), Date.UTC(2026, 0, 1)],
])(
  "at %d it begins at %d, at least half a year before and within what is kept",
  async (now, begin) => {
    const { cloudWatch, meter, blue } = open(now);
    await meter.requestsBySide([blue]);
    expect(cloudWatch.asked.map(({ input }) => Number(input.StartTime))).toEqual([begin]);
    expect(now - begin).toBeGreaterThanOrEqual(181 * DAY_MS);
    expect(now - begin).toBeLessThan(455 * DAY_MS);
  },
);

it("of a Network Load Balancer new connections are counted", async () => {
  const { clock, cloudWatch, meter, blue } = open();
  const arn = "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/blue/50dc6c495c0c9188";
  const loadBalancer = { ...blue.runsOn.loadBalancer, arn };
  cloudWatch.count("AWS/NetworkELB/NewFlowCount", "net/blue/50dc6c495c0c9188", clock.now(), 7);
  const side = { ...blue, runsOn: { ...blue.runsOn, loadBalancer } };
  expect(await meter.requestsBySide([side])).toMatchObject([{ side: "blue", total: 7 }]);
});

it("all pages of an answer are added up", async () => {
  const { clock, cloudWatch, meter, blue } = open();
  for (let day = 0; day < 5; day += 1) {
    cloudWatch.count(REQUESTS, nameOf(blue), clock.now() - day * DAY_MS, 2);
  }
  cloudWatch.pageSize = 100;
  expect(await meter.requestsBySide([blue])).toMatchObject([{ total: 10 }]);
  expect(cloudWatch.asked).toHaveLength(4);
});

it("sides of one region and role are asked for together, and others apart", async () => {
  const { cloudWatch, meter, blue, green } = open();
  const role = "arn:aws:iam::2:role/green";
  const elsewhere = { ...green, runsOn: { ...green.runsOn, role } };
  await meter.requestsBySide([blue, green, elsewhere]);
  expect(
    cloudWatch.asked.map(({ place, input }) => [place, input.MetricDataQueries?.length]),
  ).toEqual([
    [{ region: "eu-west-1" }, 2],
    [{ region: "eu-west-1", role }, 1],
  ]);
});

it("many sides are asked for in several calls, each side once", async () => {
  const { cloudWatch, meter } = open();
  const sides = Array.from({ length: 201 }, (_, i) => ecsSide(`app/e${i}`, "blue"));
  expect(await meter.requestsBySide(sides)).toHaveLength(201);
  const asked = cloudWatch.asked.map(({ input }) => input.MetricDataQueries ?? []);
  expect(asked.map(({ length }) => length)).toEqual([200, 1]);
  const names = asked.flat().map(({ MetricStat }) => MetricStat?.Metric?.Dimensions?.[0]?.Value);
  expect(new Set(names).size).toBe(201);
});

it("a side that may not be counted is left out, which is told once until it is well again", async () => {
  const { cloudWatch, told, meter, blue, green } = open();
  const north = { ...green, runsOn: { ...green.runsOn, region: "eu-north-1" } };
  cloudWatch.errors.set("eu-north-1", denied("cloudwatch:GetMetricData", "*"));
  for (let i = 0; i < 2; i += 1) {
    expect(await meter.requestsBySide([north, blue])).toMatchObject([{ side: "blue" }]);
  }
  expect(told).toEqual([
    expect.stringMatching(
      /^Requests to rainbow\/production\/green aren't counted: cloudwatch:GetMetricData on \* is not allowed/,
    ),
  ]);
  cloudWatch.errors.clear();
  expect(await meter.requestsBySide([north, blue])).toHaveLength(2);
  cloudWatch.errors.set("eu-north-1", denied("cloudwatch:GetMetricData", "*"));
  await meter.requestsBySide([north]);
  expect(told).toHaveLength(2);
  cloudWatch.errors.set("eu-north-1", fault("ThrottlingException", "Rate exceeded"));
  await meter.requestsBySide([north]);
  expect(told).toHaveLength(3);
});

it("a side whose figures aren't whole is left out", async () => {
  const { cloudWatch, meter, blue } = open();
  cloudWatch.statusCode = "InternalError";
  expect(await meter.requestsBySide([blue])).toEqual([]);
});

it("a side that has no load balancer of AWS is left out", async () => {
  const { cloudWatch, meter } = open();
  const runsOn = { runtime: "process", address: "127.0.1.1", port: 80 } as const;
  expect(await meter.requestsBySide([{ environment: "a/b", side: "main", runsOn }])).toEqual([]);
  expect(cloudWatch.asked).toEqual([]);
});
