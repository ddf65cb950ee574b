import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { afterAll, expect, it } from "vitest";
import { SystemClock } from "../../local/system-clock.ts";
import { ecsSide } from "../ecs/sides.fixture.ts";
import { standIn } from "../stand-in.fixture.ts";
import { CloudWatchTrafficMeter } from "./cloudwatch-traffic-meter.ts";

/**
 * MiniStack takes the namespaces of AWS' own services from anybody (services/cloudwatch.py,
 * _put_metric_data), which CloudWatch refuses (CloudWatch API, PutMetricData), and shows a value at once.
 */
const { clients, region, unique } = standIn();

afterAll(() => clients.close());

it("requests of a load balancer are added up", async () => {
  const side = ecsSide(`${unique("rainbow")}/production`, "blue");
  const LoadBalancer = side.runsOn.loadBalancer.arn.replace(/^.*:loadbalancer\//, "");
  const client: CloudWatchClient = await clients.client("cloudwatch", { region });
  const day = 24 * 60 * 60 * 1000;
  for (const [daysAgo, Value] of [
    [0, 5],
    [1, 7],
  ] as const) {
    const datum = {
      MetricName: "RequestCount",
      Dimensions: [{ Name: "LoadBalancer", Value: LoadBalancer }],
      Timestamp: new Date(Date.now() - daysAgo * day),
      Value,
    };
    await client.send(
      new PutMetricDataCommand({ Namespace: "AWS/ApplicationELB", MetricData: [datum] }),
    );
  }
  const meter = new CloudWatchTrafficMeter({
    clients,
    clock: new SystemClock(),
    log: (_, message) => expect.fail(message),
  });
  const other = ecsSide(`${unique("rainbow")}/test`, "main");
  expect(await meter.requestsBySide([side, other])).toMatchObject([
    { side: "blue", total: 12 },
    { side: "main", total: 0 },
  ]);
});
