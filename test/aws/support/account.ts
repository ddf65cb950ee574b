import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import {
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";

const REGION = "eu-west-1";

/** The address of the emulated AWS API. A suite that can't start fails; it doesn't skip. */
export function testEndpoint(): string {
  const endpoint = process.env.VERDIGRIS_TEST_AWS;
  if (!endpoint) throw new Error("VERDIGRIS_TEST_AWS is not set: run these with npm run test:aws");
  return endpoint;
}

/** A side's infrastructure, as its template makes it: nothing runs there yet. */
export interface MadeSide {
  readonly cluster: string;
  readonly service: string;
  readonly loadBalancer: string;
  /** In lower case. */
  readonly dnsName: string;
  readonly targetGroup: string;
}

let accounts = 100_000_000_000 + (process.pid % 1_000) * 1_000_000;

/** An AWS account of a test's own, empty: the emulator takes an access key of twelve digits for the account's id. */
export class Account {
  readonly id: string;
  readonly endpoint: string;
  readonly region = REGION;
  readonly route53: Route53Client;
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly dynamoDb: DynamoDBClient;
  readonly cloudFormation: CloudFormationClient;

  constructor(endpoint = testEndpoint()) {
    accounts += 1;
    this.id = String(accounts);
    this.endpoint = endpoint;
    const credentials = { accessKeyId: this.id, secretAccessKey: "test" };
    const settings = { endpoint, region: REGION, credentials };
    this.route53 = new Route53Client(settings);
    this.ecs = new ECSClient(settings);
    this.elb = new ElasticLoadBalancingV2Client(settings);
    this.dynamoDb = new DynamoDBClient(settings);
    this.cloudFormation = new CloudFormationClient(settings);
  }

  /** What makes a process of Verdigris speak to this account, at another address where one is given. */
  environment(endpoint = this.endpoint): Readonly<Record<string, string>> {
    return {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: this.id,
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: REGION,
    };
  }

  async hostedZone(name: string): Promise<string> {
    const { HostedZone } = await this.route53.send(
      new CreateHostedZoneCommand({ Name: name, CallerReference: `${name} of ${this.id}` }),
    );
    return HostedZone?.Id?.replace("/hostedzone/", "") ?? "";
  }

  /** A cluster with a service on a placeholder, behind a load balancer, as `cdk/` makes them. */
  async side(name: string): Promise<MadeSide> {
    const { LoadBalancers: [balancer] = [] } = await this.elb.send(
      new CreateLoadBalancerCommand({ Name: name, Subnets: ["subnet-1", "subnet-2"] }),
    );
    const { TargetGroups: [group] = [] } = await this.elb.send(
      new CreateTargetGroupCommand({ Name: name, Protocol: "HTTP", Port: 8080, TargetType: "ip" }),
    );
    const targetGroup = group?.TargetGroupArn ?? "";
    await this.ecs.send(new CreateClusterCommand({ clusterName: name }));
    await this.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: name,
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        cpu: "256",
        memory: "512",
        containerDefinitions: [
          {
            name: "app",
            image: "public.example.com/placeholder:1",
            essential: true,
            portMappings: [{ containerPort: 8080 }],
            environment: [{ name: "MODE", value: "production" }],
          },
        ],
      }),
    );
    await this.ecs.send(
      new CreateServiceCommand({
        cluster: name,
        serviceName: "app",
        taskDefinition: name,
        desiredCount: 1,
        launchType: "FARGATE",
        loadBalancers: [{ targetGroupArn: targetGroup, containerName: "app", containerPort: 8080 }],
      }),
    );
    return {
      cluster: name,
      service: "app",
      loadBalancer: balancer?.LoadBalancerArn ?? "",
      dnsName: balancer?.DNSName?.toLowerCase() ?? "",
      targetGroup,
    };
  }

  /** A side that a template has made, by the name of its cluster. */
  async madeSide(cluster: string, service: string): Promise<MadeSide> {
    const { services: [found] = [] } = await this.ecs.send(
      new DescribeServicesCommand({ cluster, services: [service] }),
    );
    const targetGroup = found?.loadBalancers?.[0]?.targetGroupArn ?? "";
    const { TargetGroups: [group] = [] } = await this.elb.send(
      new DescribeTargetGroupsCommand({ TargetGroupArns: [targetGroup] }),
    );
    const { LoadBalancers: [balancer] = [] } = await this.elb.send(
      new DescribeLoadBalancersCommand({ LoadBalancerArns: group?.LoadBalancerArns }),
    );
    return {
      cluster,
      service,
      loadBalancer: balancer?.LoadBalancerArn ?? "",
      dnsName: balancer?.DNSName?.toLowerCase() ?? "",
      targetGroup,
    };
  }

  /**
   * Registers this many targets, which are healthy at once. The emulator starts no tasks without a
   * container engine, so none register themselves as they do on AWS.
   */
  async targets(side: MadeSide, count: number): Promise<void> {
    const Targets = Array.from({ length: count }, (_, i) => ({
      Id: `10.0.0.${i + 1}`,
      Port: 8080,
    }));
    await this.elb.send(new RegisterTargetsCommand({ TargetGroupArn: side.targetGroup, Targets }));
  }

  close(): void {
    for (const client of [this.route53, this.ecs, this.elb, this.dynamoDb, this.cloudFormation]) {
      client.destroy();
    }
  }
}
