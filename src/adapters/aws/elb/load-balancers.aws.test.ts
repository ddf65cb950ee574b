import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateLoadBalancerCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, expect, it } from "vitest";
import { standIn } from "../stand-in.fixture.ts";
import { findLoadBalancer } from "./load-balancers.ts";

/** MiniStack makes no Network Load Balancers: its ARNs all have `app` (services/alb.py, _create_lb). */
const { clients, region, unique } = standIn();

afterAll(() => clients.close());

it("a load balancer is found with its name, zone and kind of addresses", async () => {
  const client: ElasticLoadBalancingV2Client = await clients.client("elb", { region });
  const command = new CreateLoadBalancerCommand({
    Name: unique("Blue"),
    Subnets: ["subnet-1", "subnet-2"],
    IpAddressType: "dualstack",
  });
  const { LoadBalancers: [made] = [] } = await client.send(command);
  const arn = made?.LoadBalancerArn ?? "";
  expect(await findLoadBalancer(client, arn)).toEqual({
    arn,
    dnsName: made?.DNSName?.toLowerCase(),
    zone: made?.CanonicalHostedZoneId,
    dualStack: true,
  });
  expect(await findLoadBalancer(client, `${arn}0`)).toEqual({
    fault: expect.stringMatching(/no such load balancer/),
  });
});
