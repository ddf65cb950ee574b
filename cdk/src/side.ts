import { CfnOutput } from "aws-cdk-lib";
import * as ecs from "aws-cdk-lib/aws-ecs";
import type * as elb from "aws-cdk-lib/aws-elasticloadbalancingv2";
import * as iam from "aws-cdk-lib/aws-iam";
import * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { AppTemplate, appContainer, appPort } from "./app-template.ts";
import { HttpsLoadBalancer } from "./https-load-balancer.ts";
import { checkEcsName } from "./names.ts";
import { type OperatedSide, operatedSide } from "./operated-side.ts";
import { Placeholder } from "./placeholder.ts";
import type { SideProps } from "./side-props.ts";
import { sideService } from "./side-service.ts";
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
    if (props.enableExecuteCommand) allowShells(this.taskRole);
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
    this.service = sideService(this, props, {
      cluster: this.cluster,
      firstRevision: placeholder.taskDefinition,
    });
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
}

function checkSide(side: Side, props: SideProps): void {
  checkEcsName(`${side.node.path}: clusterName`, props.clusterName);
  checkEcsName(`${side.node.path}: serviceName`, props.serviceName);
  const port = appPort(props.app);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Error(`${side.node.path}: port ${port} is not a whole number from 1 to 65535.`);
  }
}

/**
 * ECS Exec works with the permissions of the task (ECS Developer Guide, "Monitor Amazon ECS containers
 * with ECS Exec"). The CDK gives them to the role of the task definition that it knows, the placeholder's.
 */
function allowShells(taskRole: iam.IRole): void {
  const channels = [
    "CreateControlChannel",
    "CreateDataChannel",
    "OpenControlChannel",
    "OpenDataChannel",
  ];
  taskRole.addToPrincipalPolicy(
    new iam.PolicyStatement({
      sid: "Shells",
      actions: channels.map((channel) => `ssmmessages:${channel}`),
      resources: ["*"],
    }),
  );
}
