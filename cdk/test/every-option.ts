import { App, Stack } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { Table } from "aws-cdk-lib/aws-dynamodb";
import { InstanceType, IpAddresses, Peer } from "aws-cdk-lib/aws-ec2";
import * as ecs from "aws-cdk-lib/aws-ecs";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { BlueGreenCluster, Operator, SharedNetwork } from "../src/index.ts";
import { exampleZone } from "./operators.ts";
import { certificateArn } from "./stacks.ts";

/** An app with what the example leaves out, for its templates to be linted too. */
const app = new App();
// A region for the access logs; without an account no availability zone is looked up.
const env = { region: "eu-west-1" };

const stack = new Stack(app, "every-option", { env });
const { vpc } = new SharedNetwork(stack, "Network", {
  ipAddresses: IpAddresses.cidr("10.1.0.0/16"),
  natGateways: 1,
  dualStack: true,
  flowLogs: RetentionDays.ONE_YEAR,
  restrictDefaultSecurityGroup: true,
});
const githubSecret = Secret.fromSecretNameV2(stack, "GitHub", "verdigris/github");
const loadBalancer = {
  certificates: [Certificate.fromCertificateArn(stack, "Certificate", certificateArn)],
  dualStack: true,
  clients: [Peer.anyIpv4(), Peer.anyIpv6()],
  accessLogs: {
    bucket: new Bucket(stack, "AccessLogs", { enforceSSL: true }),
    prefix: "rainbow",
  },
};
const production = new BlueGreenCluster(stack, "Production", {
  vpc,
  clusterName: "rainbow",
  serviceName: "rainbow",
  loadBalancer,
  healthPath: "/up",
  instances: { instanceType: new InstanceType("m7i.large"), minInstances: 1, maxInstances: 4 },
  scaling: { minTasks: 2, maxTasks: 10, requestsPerMinute: 1200 },
  containerInsights: ecs.ContainerInsights.ENHANCED,
  enableExecuteCommand: true,
  placeholder: { image: ecs.ContainerImage.fromRegistry("registry.example.com/waiting:1") },
  app: {
    image: ecs.ContainerImage.fromRegistry("registry.example.com/rainbow:1"),
    container: "web",
    port: 3000,
    cpu: 1024,
    memoryMiB: 2048,
    environment: { GREETING: "Hello" },
    secrets: { TOKEN: ecs.Secret.fromSecretsManager(githubSecret, "token") },
    entryPoint: ["node"],
    command: ["server.js"],
    readonlyRootFilesystem: true,
    healthCheck: { command: ["CMD", "true"] },
  },
});
const environments = [
  {
    record: "rainbow.example.com",
    hostedZoneId: "Z0123456789EXAMPLE",
    sides: production.sides.map((side) => side.operated),
  },
  {
    record: "elsewhere.example.org",
    hostedZoneId: "Z9876543210EXAMPLE",
    sides: [{ assumedRoleArn: "arn:aws:iam::210987654321:role/rainbow" }],
  },
];
new Operator(stack, "Operator", {
  runsOn: "service",
  environments,
  vpc,
  loadBalancer,
  githubSecret,
  image: ecs.ContainerImage.fromRegistry("registry.example.com/verdigris:1"),
  name: { domainName: "verdigris.example.com", hostedZone: exampleZone(stack) },
  nameServers: ["192.0.2.53:53"],
});

const another = new Stack(app, "another-account", { env });
new Operator(another, "Operator", {
  runsOn: "function",
  environments,
  githubSecret: Secret.fromSecretNameV2(another, "GitHub", "verdigris/github"),
  table: Table.fromTableName(another, "Table", "verdigris"),
  zoneRoleArn: "arn:aws:iam::210987654321:role/zones",
  nameServers: "none",
  metrics: false,
  logs: false,
  codePath: String(app.node.getContext("operatorCode")),
});
