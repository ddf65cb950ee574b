import type { AwsClients } from "../../adapters/aws/clients.ts";
import { findLoadBalancer } from "../../adapters/aws/elb/load-balancers.ts";
import type { Places } from "../../contract/configuration/resolve.ts";

/** Sides on ECS: what their records need to know of each load balancer is asked of AWS now. */
export function awsPlaces(clients: AwsClients): Places {
  return {
    runtime: "ecs",
    async find(_environment, _side, written) {
      if (written.runtime !== "ecs") return { key: "runtime", fault: "is not on AWS" };
      const { cluster, service, loadBalancer: arn, container, taskDefinition, role } = written;
      const region = written.region ?? regionIn(arn);
      const place = { region, ...(role === undefined ? {} : { role }) };
      const found = await findLoadBalancer(await clients.client("elb", place), arn);
      if ("fault" in found) return { key: "loadBalancer", fault: found.fault.replace(/\.$/, "") };
      return {
        runtime: "ecs",
        ...{ region, cluster, service },
        loadBalancer: found,
        ...(container === undefined ? {} : { container }),
        ...(taskDefinition === undefined ? {} : { taskDefinition }),
        ...(role === undefined ? {} : { role }),
      };
    },
  };
}

/** `arn:<partition>:elasticloadbalancing:<region>:…` */
function regionIn(arn: string): string {
  return arn.split(":")[3] ?? "";
}
