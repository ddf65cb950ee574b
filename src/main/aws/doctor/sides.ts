import type { Service } from "@aws-sdk/client-ecs";
import { explainAwsError } from "../../../adapters/aws/aws-errors.ts";
import { findLoadBalancer } from "../../../adapters/aws/elb/load-balancers.ts";
import type { Finding } from "../../../cli/finding.ts";
import type { OpenedAws } from "../open-aws.ts";
import type { EcsSection, Place } from "./places.ts";
import { ecsSides, regionOf } from "./places.ts";

/** For each side: its service and its load balancer. */
export async function checkSides(
  aws: OpenedAws,
  places: readonly Place[],
): Promise<readonly Finding[]> {
  const checked = await Promise.all(
    ecsSides(places).map(async ({ name, side }) => [
      await checkService(aws, name, side),
      await checkLoadBalancer(aws, name, side),
    ]),
  );
  return checked.flat();
}

async function checkService(aws: OpenedAws, name: string, side: EcsSection): Promise<Finding> {
  const { cluster, service: wanted } = side;
  const what = `${name}: service ${wanted} in cluster ${cluster}`;
  try {
    const { DescribeServicesCommand } = await import("@aws-sdk/client-ecs");
    const ecs = await aws.clients.client("ecs", placeOf(side));
    const asked = new DescribeServicesCommand({ cluster, services: [wanted] });
    const [service] = (await ecs.send(asked)).services ?? [];
    const mend = serviceFault(service);
    return mend ? { ok: false, what, mend } : { ok: true, what };
  } catch (error) {
    return { ok: false, what, mend: explainAwsError(error).message };
  }
}

/** What keeps the service from being deployed to, with the mend. */
export function serviceFault(service: Service | undefined): string | undefined {
  if (service?.status !== "ACTIVE") {
    return `It is ${service?.status?.toLowerCase() ?? "not there"}: make it with cdk/ or terraform/, or mend the names in verdigris.yaml`;
  }
  const controller = service.deploymentController?.type ?? "ECS";
  if (controller !== "ECS") {
    return `Its deployment controller is ${controller}, and only ECS' own can be followed: make the service anew with the controller ECS`;
  }
  if (!service.loadBalancers?.length) {
    return "It has no load balancer, so nobody could reach its tasks: give it a target group of the side's";
  }
  if (!service.deploymentConfiguration?.deploymentCircuitBreaker?.enable) {
    return "Its deployment circuit breaker is off, so a release that can't start is tried until `deployTimeout`: enable it, with rollback";
  }
  return undefined;
}

async function checkLoadBalancer(aws: OpenedAws, name: string, side: EcsSection): Promise<Finding> {
  const elb = await aws.clients.client("elb", placeOf(side));
  const found = await findLoadBalancer(elb, side.loadBalancer);
  const what = `${name}: load balancer ${side.loadBalancer.split("/").at(-2)}`;
  return "fault" in found
    ? { ok: false, what, mend: found.fault }
    : { ok: true, what: `${what} at ${found.dnsName}` };
}

function placeOf(side: EcsSection) {
  return { region: regionOf(side), ...(side.role === undefined ? {} : { role: side.role }) };
}
