import { type App, Stack, type StackProps } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { Repository } from "aws-cdk-lib/aws-ecr";
import * as ecs from "aws-cdk-lib/aws-ecs";
import { HostedZone } from "aws-cdk-lib/aws-route53";
import {
  BlueGreenCluster,
  type ClusterProps,
  Operator,
  type OperatorEnvironment,
  type OperatorProps,
  SharedNetwork,
  SingleCluster,
} from "../src/index.ts";
import type { Settings } from "./settings.ts";

/** The stacks of the app rainbow and of the operator that releases it. */
export interface Rainbow {
  readonly network: Stack;
  readonly test: Stack;
  readonly blue: Stack;
  readonly green: Stack;
  readonly operator: Stack;
}

/**
 * The whole picture: one network; a test environment with one side; production with two, each in a
 * stack of its own, so that `cdk deploy rainbow-green` changes the standby alone; and the operator.
 */
export function rainbow(app: App, settings: Settings, env: StackProps = {}): Rainbow {
  const stack = (name: string): Stack => new Stack(app, name, env);
  const stacks: Rainbow = {
    network: stack("verdigris-network"),
    test: stack("rainbow-test"),
    blue: stack("rainbow-blue"),
    green: stack("rainbow-green"),
    operator: stack("verdigris-operator"),
  };
  const { vpc } = new SharedNetwork(stacks.network, "Network", {
    natGateways: settings.natGateways,
    ...(settings.flowLogs ? {} : { flowLogs: false }),
  });
  const certificate = Certificate.fromCertificateArn(
    stacks.network,
    "Certificate",
    settings.certificateArn,
  );
  const loadBalancer = {
    certificates: [certificate],
    deletionProtection: settings.deletionProtection,
  };
  const common: ClusterProps = {
    vpc,
    serviceName: "rainbow",
    app: {
      image: ecs.ContainerImage.fromEcrRepository(
        Repository.fromRepositoryName(stacks.network, "Rainbow", "rainbow"),
      ),
      environment: { GREETING: settings.greeting },
    },
    loadBalancer,
  };
  const test = new SingleCluster(stacks.test, "Test", { ...common, clusterName: "rainbow-test" });
  const production = new BlueGreenCluster(app, "Production", {
    ...common,
    clusterName: "rainbow",
    scopes: stacks,
  });

  const record = `rainbow.${settings.domain}`;
  const { hostedZoneId } = settings;
  const environments: OperatorEnvironment[] = [
    {
      record: `test.${record}`,
      hostedZoneId,
      sides: test.sides.map((side) => side.operated),
    },
    {
      record,
      preview: `standby.${record}`,
      hostedZoneId,
      sides: production.sides.map((side) => side.operated),
    },
  ];
  const name = {
    domainName: `verdigris.${settings.domain}`,
    hostedZone: HostedZone.fromHostedZoneAttributes(stacks.operator, "Zone", {
      hostedZoneId,
      zoneName: settings.domain,
    }),
  };
  const runner: OperatorProps =
    settings.runsOn === "service"
      ? {
          runsOn: "service",
          environments,
          name,
          vpc,
          loadBalancer,
          image: ecs.ContainerImage.fromEcrRepository(
            Repository.fromRepositoryName(stacks.operator, "Verdigris", "verdigris"),
            settings.operatorTag,
          ),
        }
      : {
          runsOn: "function",
          environments,
          name: { ...name, certificate },
          codePath: settings.operatorCode,
        };
  new Operator(stacks.operator, "Operator", runner);
  return stacks;
}
