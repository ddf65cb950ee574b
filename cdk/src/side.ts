import { CfnOutput, Duration } from "aws-cdk-lib";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as ecs from "aws-cdk-lib/aws-ecs";
import type * as elb from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type * as iam from "aws-cdk-lib/aws-iam";
import * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { AppTemplate, appContainer, appPort } from "./app-template.ts";
import { HttpsLoadBalancer } from "./https-load-balancer.ts";
import { InstanceCapacity } from "./instance-capacity.ts";
import { checkEcsName } from "./names.ts";
import { type OperatedSide, operatedSide } from "./operated-side.ts";
import { Placeholder } from "./placeholder.ts";
import type { SideProps } from "./side-props.ts";
import { taskPlacement } from "./task-placement.ts";
import { scaleTasks } from "./task-scaling.ts";

/**
 * One whole set of infrastructure of an environment: a cluster, a service in it, and a load balancer
 * before it. The operator owns what the service runs and how many tasks it has; this construct never
 * says either again after it made the service. No DNS record is made: the operator owns those too.
 */
export class Side extends Construct {
  readonly cluster: ecs.Cluster;
  readonly service: ecs.BaseService;
  readonly loadBalancer: elb.ApplicationLoadBalancer;
  readonly targets: elb.ApplicationTargetGroup;
  /** What each deployment is based on. Sidecars and volumes are added to it. */
  readonly template: ecs.TaskDefinition;
  /** Grants for the app go here. */
  readonly taskRole: iam.IRole;
  readonly logGroup: logs.LogGroup;
  /** What the operator's permissions are computed from. */
  readonly operated: OperatedSide;
  /** The side as a line under `sides:` of verdigris.yaml. */
  readonly verdigrisYaml: string;

  constructor(scope: Construct, id: string, props: SideProps) {
    super(scope, id);
    checkSide(this, props);
    const port = appPort(props.app);
    const onInstances = props.instances !== undefined;
    this.cluster = new ecs.Cluster(this, "Cluster", {
      clusterName: props.clusterName,
      vpc: props.vpc,
      containerInsightsV2: props.containerInsights ?? ecs.ContainerInsights.ENABLED,
    });
    this.logGroup = new logs.LogGroup(this, "Logs", {
      retention: props.logRetention ?? logs.RetentionDays.THREE_MONTHS,
    });
    const family = props.clusterName;
    const template = new AppTemplate(this, "Template", {
      app: props.app,
      family: `${family}-template`,
      onInstances,
      logGroup: this.logGroup,
    });
    this.template = template.taskDefinition;
    this.taskRole = template.taskRole;
    const front = new HttpsLoadBalancer(this, "Front", {
      ...props.loadBalancer,
      vpc: props.vpc,
      targetPort: port,
      healthPath: props.healthPath ?? "/health",
    });
    this.loadBalancer = front.loadBalancer;
    this.targets = front.targets;
    const placeholder = new Placeholder(this, "Placeholder", {
      family,
      container: appContainer(props.app),
      port,
      onInstances,
      logGroup: this.logGroup,
      image: props.placeholder,
    });
    this.service = this.makeService(props, placeholder.taskDefinition);
    this.targets.addTarget(this.service);
    if (props.scaling) scaleTasks(this.service, this.targets, props.scaling);

    this.operated = operatedSide(this, {
      cluster: props.clusterName,
      service: props.serviceName,
      family,
      passedRoleArns: [template.taskRole.roleArn, template.executionRole.roleArn],
      logGroupArns: [this.logGroup.logGroupArn],
    });
    this.verdigrisYaml =
      `${props.side}: { runtime: ecs, cluster: ${props.clusterName}, service: ${props.serviceName}, ` +
      `loadBalancer: "${this.loadBalancer.loadBalancerArn}", container: ${appContainer(props.app)}, ` +
      `taskDefinition: ${family}-template }`;
    new CfnOutput(this, "VerdigrisYaml", {
      value: this.verdigrisYaml,
      description: "A line for verdigris.yaml, under sides of the environment",
    });
  }

  private makeService(props: SideProps, firstRevision: ecs.TaskDefinition): ecs.BaseService {
    const placement = taskPlacement(props.vpc, props.taskSubnets);
    const common = {
      cluster: this.cluster,
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
        new ec2.SecurityGroup(this, "TaskSecurityGroup", {
          vpc: props.vpc,
          description: `Tasks of ${props.clusterName}`,
        }),
      ],
      vpcSubnets: placement.subnets,
    };
    if (!props.instances) {
      return new ecs.FargateService(this, "Service", {
        ...common,
        assignPublicIp: placement.publicAddress,
      });
    }
    if (placement.publicAddress) {
      throw new Error(
        `${this.node.path}: tasks on instances get no public address, so they need private subnets with a way out.`,
      );
    }
    const capacity = new InstanceCapacity(this, "Instances", {
      ...props.instances,
      cluster: this.cluster,
      subnets: placement.subnets,
    });
    return new ecs.Ec2Service(this, "Service", {
      ...common,
      capacityProviderStrategies: [
        { capacityProvider: capacity.provider.capacityProviderName, weight: 1 },
      ],
    });
  }
}

function checkSide(side: Side, props: SideProps): void {
  checkEcsName(`${side.node.path}: clusterName`, props.clusterName);
  checkEcsName(`${side.node.path}: serviceName`, props.serviceName);
  const port = appPort(props.app);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Error(`${side.node.path}: port ${port} is not a whole number from 1 to 65535.`);
  }
}
