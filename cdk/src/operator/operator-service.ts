import { Duration } from "aws-cdk-lib";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as ecs from "aws-cdk-lib/aws-ecs";
import type { IRole } from "aws-cdk-lib/aws-iam";
import * as logs from "aws-cdk-lib/aws-logs";
import * as route53 from "aws-cdk-lib/aws-route53";
import { LoadBalancerTarget } from "aws-cdk-lib/aws-route53-targets";
import { Construct } from "constructs";
import { HttpsLoadBalancer } from "../https-load-balancer.ts";
import { taskPlacement } from "../task-placement.ts";
import type { OperatorAsService } from "./operator-props.ts";
import { nameServerPorts, operatorSettings, type TableSettings } from "./operator-settings.ts";

const apiPort = 7420;

/** The operator as a Fargate service behind a load balancer of its own. */
export class OperatorService extends Construct {
  readonly role: IRole;
  readonly url: string;
  readonly service: ecs.FargateService;

  constructor(scope: Construct, id: string, props: OperatorAsService, table: TableSettings) {
    super(scope, id);
    const taskDefinition = this.taskDefinition(props, table);
    this.role = taskDefinition.taskRole;
    const front = new HttpsLoadBalancer(this, "Front", {
      ...props.loadBalancer,
      vpc: props.vpc,
      targetPort: apiPort,
      healthPath: "/healthz",
    });
    const placement = taskPlacement(props.vpc, props.taskSubnets);
    this.service = new ecs.FargateService(this, "Service", {
      cluster: new ecs.Cluster(this, "Cluster", {
        vpc: props.vpc,
        containerInsightsV2: ecs.ContainerInsights.ENABLED,
      }),
      taskDefinition,
      desiredCount: props.tasks ?? 2,
      circuitBreaker: { rollback: true },
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      healthCheckGracePeriod: Duration.seconds(60),
      enableECSManagedTags: true,
      securityGroups: [this.securityGroup(props)],
      vpcSubnets: placement.subnets,
      assignPublicIp: placement.publicAddress,
    });
    front.targets.addTarget(this.service);
    this.url = `https://${props.name.domainName}`;
    const zone = props.name.hostedZone;
    if (zone) {
      const target = route53.RecordTarget.fromAlias(new LoadBalancerTarget(front.loadBalancer));
      const record = { zone, recordName: `${props.name.domainName}.`, target };
      new route53.ARecord(this, "Alias", record);
      if (props.loadBalancer.dualStack) new route53.AaaaRecord(this, "AliasIpv6", record);
    }
  }

  private taskDefinition(props: OperatorAsService, table: TableSettings): ecs.TaskDefinition {
    const taskDefinition = new ecs.FargateTaskDefinition(this, "TaskDefinition", {
      cpu: props.cpu ?? 256,
      memoryLimitMiB: props.memoryMiB ?? 512,
      runtimePlatform: {
        cpuArchitecture: props.architecture ?? ecs.CpuArchitecture.X86_64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
    });
    const secret = props.githubSecret;
    taskDefinition.addContainer("Operator", {
      image: props.image,
      command: ["operator", "--host", "0.0.0.0", "--api-port", String(apiPort)],
      portMappings: [{ containerPort: apiPort }],
      environment: operatorSettings(props, table, [props.name.domainName]),
      secrets: secret && {
        VERDIGRIS_GITHUB_TOKEN: ecs.Secret.fromSecretsManager(secret, "token"),
        VERDIGRIS_GITHUB_WEBHOOK_SECRET: ecs.Secret.fromSecretsManager(secret, "webhookSecret"),
      },
      readonlyRootFilesystem: true,
      stopTimeout: Duration.seconds(30),
      logging: ecs.LogDrivers.awsLogs({
        logGroup: new logs.LogGroup(this, "Logs", {
          retention: props.logRetention ?? logs.RetentionDays.THREE_MONTHS,
        }),
        streamPrefix: "operator",
      }),
    });
    return taskDefinition;
  }

  /** Out to AWS and GitHub by HTTPS, and to name servers; nowhere else. */
  private securityGroup(props: OperatorAsService): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, "SecurityGroup", {
      vpc: props.vpc,
      description: "Verdigris operator",
      allowAllOutbound: false,
    });
    group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), "AWS and GitHub");
    for (const port of nameServerPorts(props.nameServers)) {
      group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.udp(port), "Name servers");
      group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(port), "Name servers");
    }
    return group;
  }
}
