import { Duration } from "aws-cdk-lib";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as ecs from "aws-cdk-lib/aws-ecs";
import type { Construct } from "constructs";
import { InstanceCapacity } from "./instance-capacity.ts";
import type { SideProps } from "./side-props.ts";
import { taskPlacement } from "./task-placement.ts";

/** What a side's service is made with. */
export interface SideServiceParts {
  readonly cluster: ecs.Cluster;
  /** What runs until the operator's first deployment. */
  readonly firstRevision: ecs.TaskDefinition;
}

/**
 * The service of a side, of which the operator owns what it runs and how many tasks it has.
 * `scope` is the side, whose children it and what it needs become.
 */
export function sideService(
  scope: Construct,
  props: SideProps,
  { cluster, firstRevision }: SideServiceParts,
): ecs.BaseService {
  const placement = taskPlacement(props.vpc, props.taskSubnets);
  const common = {
    cluster,
    serviceName: props.serviceName,
    taskDefinition: firstRevision,
    // CloudFormation sends every property of a service with each change of any of them
    // (cloudformation-coverage-roadmap#1529). With a family and no revision ECS takes the newest
    // active one (ECS API, UpdateService): the one that the operator deployed last.
    taskDefinitionRevision: ecs.TaskDefinitionRevision.LATEST,
    // No desiredCount: left out, a new service gets 1 task and an update leaves the count alone
    // (CloudFormation, AWS::ECS::Service, DesiredCount).
    deploymentController: { type: ecs.DeploymentControllerType.ECS },
    circuitBreaker: { rollback: true },
    minHealthyPercent: 100,
    maxHealthyPercent: 200,
    healthCheckGracePeriod: props.healthCheckGracePeriod ?? Duration.seconds(60),
    enableECSManagedTags: true,
    enableExecuteCommand: props.enableExecuteCommand ?? false,
    securityGroups: [
      new ec2.SecurityGroup(scope, "TaskSecurityGroup", {
        vpc: props.vpc,
        description: `Tasks of ${props.clusterName}`,
      }),
    ],
    vpcSubnets: placement.subnets,
  };
  if (!props.instances) {
    return new ecs.FargateService(scope, "Service", {
      ...common,
      assignPublicIp: placement.publicAddress,
    });
  }
  if (placement.publicAddress) {
    throw new Error(
      `${scope.node.path}: tasks on instances get no public address, so they need private subnets with a way out.`,
    );
  }
  const capacity = new InstanceCapacity(scope, "Instances", {
    ...props.instances,
    cluster,
    subnets: placement.subnets,
  });
  return new ecs.Ec2Service(scope, "Service", {
    ...common,
    capacityProviderStrategies: [
      { capacityProvider: capacity.provider.capacityProviderName, weight: 1 },
    ],
  });
}
