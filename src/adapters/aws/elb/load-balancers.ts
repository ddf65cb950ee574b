import { DescribeLoadBalancersCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { LoadBalancer } from "../../../domain/configuration.ts";
import { explainAwsError } from "../aws-errors.ts";
import type { AwsClient } from "../clients.ts";
import { inTime } from "../clients.ts";

/**
 * What a side's alias needs to know of its load balancer, or in words why it can't be told.
 * @param client of the region and account that the ARN names
 */
export async function findLoadBalancer(
  client: AwsClient<"elb">,
  arn: string,
): Promise<LoadBalancer | { readonly fault: string }> {
  if (!/:loadbalancer\/(app|net)\//.test(arn)) {
    return {
      fault: `${arn} is not the ARN of an Application or Network Load Balancer (arn:…:loadbalancer/app/<name>/<id>)`,
    };
  }
  try {
    const command = new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] });
    const { LoadBalancers: [found] = [] } = await client.send(command, inTime());
    const { DNSName, CanonicalHostedZoneId, IpAddressType } = found ?? {};
    if (!DNSName || !CanonicalHostedZoneId) {
      return {
        fault: `the load balancer ${arn} has no DNS name: it isn't there, or not ready yet`,
      };
    }
    return {
      arn,
      dnsName: DNSName.toLowerCase(),
      zone: CanonicalHostedZoneId,
      // `dualstack`, and `dualstack-without-public-ipv4` (ELB API, LoadBalancer).
      dualStack: IpAddressType?.startsWith("dualstack") ?? false,
    };
  } catch (error) {
    return {
      fault: `the load balancer ${arn} can't be looked at: ${explainAwsError(error).message}`,
    };
  }
}
