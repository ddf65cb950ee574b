import type { DescribeLoadBalancersCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, it } from "vitest";
import type { AwsClient } from "../clients.ts";
import { denied, fault } from "../ecs/ecs.fixture.ts";
import { findLoadBalancer } from "./load-balancers.ts";
import { healthyTargets } from "./target-health.ts";

const ARN =
  "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/Blue/50dc6c495c0c9188";

function answering(answer: object | Error): AwsClient<"elb"> & { asked: unknown[] } {
  const asked: unknown[] = [];
  const send = async ({ input }: DescribeLoadBalancersCommand) => {
    asked.push(input);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { send, asked } as unknown as AwsClient<"elb"> & { asked: unknown[] };
}

const described = (more: object) =>
  answering({
    LoadBalancers: [
      {
        LoadBalancerArn: ARN,
        DNSName: "Blue-1234567890.eu-west-1.elb.amazonaws.com",
        CanonicalHostedZoneId: "Z32O12XQLNTSW2",
        IpAddressType: "ipv4",
        ...more,
      },
    ],
  });

describe("a load balancer", () => {
  it("is found with what an alias needs, its name in lower case", async () => {
    const client = described({});
    expect(await findLoadBalancer(client, ARN)).toEqual({
      arn: ARN,
      dnsName: "blue-1234567890.eu-west-1.elb.amazonaws.com",
      zone: "Z32O12XQLNTSW2",
      dualStack: false,
    });
    expect(client.asked).toEqual([{ LoadBalancerArns: [ARN] }]);
  });

  it.each(["dualstack", "dualstack-without-public-ipv4"])(
    "with %s has IPv6 addresses",
    async (IpAddressType) => {
      expect(await findLoadBalancer(described({ IpAddressType }), ARN)).toMatchObject({
        dualStack: true,
      });
    },
  );

  it.each([
    [
      "isn't there",
      answering(fault("LoadBalancerNotFoundException", "not found")),
      /can't be looked at: there is no such load balancer.*Check its name, the region/,
    ],
    [
      "may not be looked at",
      answering(denied("elasticloadbalancing:DescribeLoadBalancers", "*")),
      /elasticloadbalancing:DescribeLoadBalancers on \* is not allowed/,
    ],
    ["has no name yet", described({ DNSName: undefined }), /has no DNS name/],
    ["isn't in the answer", answering({ LoadBalancers: [] }), /has no DNS name: it isn't there/],
  ])("that %s is a fault in words", async (_, client, fault) => {
    expect(await findLoadBalancer(client, ARN)).toEqual({ fault: expect.stringMatching(fault) });
  });

  it.each([
    "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/classic",
    "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/gwy/x/1",
    "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/x/1",
  ])("of another kind is a fault, and isn't asked for: %s", async (arn) => {
    const client = described({});
    expect(await findLoadBalancer(client, arn)).toEqual({
      fault: `${arn} is not the ARN of an Application or Network Load Balancer (arn:…:loadbalancer/app/<name>/<id>)`,
    });
    expect(client.asked).toEqual([]);
  });
});

describe("healthy targets", () => {
  const target = (State: string) => ({ TargetHealth: { State } });

  it("are those that are healthy, and no others", async () => {
    const states = [
      "healthy",
      "initial",
      "unhealthy",
      "unused",
      "draining",
      "unavailable",
      "healthy",
    ];
    const client = answering({ TargetHealthDescriptions: states.map(target) });
    expect(await healthyTargets(client, ["web"])).toBe(2);
  });

  it("are as many as the group with the fewest has", async () => {
    let healthy = 0;
    const send = async () => {
      healthy += 1;
      return { TargetHealthDescriptions: Array(healthy).fill(target("healthy")) };
    };
    expect(await healthyTargets({ send } as unknown as AwsClient<"elb">, ["one", "two"])).toBe(1);
  });

  it("that can't be asked for are told with their group", async () => {
    const client = answering(fault("TargetGroupNotFoundException", "not found"));
    await expect(healthyTargets(client, ["web"])).rejects.toMatchObject({
      kind: "missing",
      message: expect.stringMatching(
        /^The health of the targets of web can't be asked for: there is no such target group/,
      ),
    });
  });
});
