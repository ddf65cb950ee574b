import type { ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as ec2 from "aws-cdk-lib/aws-ec2";
import type * as ecs from "aws-cdk-lib/aws-ecs";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type * as logs from "aws-cdk-lib/aws-logs";
import type * as route53 from "aws-cdk-lib/aws-route53";
import type * as secretsmanager from "aws-cdk-lib/aws-secretsmanager";
import type { LoadBalancerOptions } from "../https-load-balancer.ts";
import type { OperatorEnvironment } from "./operator-environment.ts";

/** What every operator is made of. */
export interface CommonOperatorProps {
  /** What it may release to. Its permissions are computed from these, and go no further. */
  readonly environments: readonly OperatorEnvironment[];

  /**
   * The table of decisions, with string keys `pk` and `sk`.
   *
   * @default - a table named `verdigris` is made
   */
  readonly table?: dynamodb.ITable;

  /**
   * ARN of a role to assume for the hosted zones, when they are in another account. That role needs
   * what `zonePolicy` returns, and must trust the operator's role.
   *
   * @default - the operator's own role changes records
   */
  readonly zoneRoleArn?: string;

  /**
   * Name servers to ask instead of a zone's own, with a port where it is not 53; `none` to take Route 53's word that a
   * change is in sync.
   *
   * @default - the zone's own, on port 53
   */
  readonly nameServers?: readonly string[] | "none";

  /**
   * A secret with JSON `{"token":"…","webhookSecret":"…"}`.
   *
   * @default - nothing is sent to or taken from GitHub
   */
  readonly githubSecret?: secretsmanager.ISecret;

  /**
   * Whether it may count requests in CloudWatch, to tell when the old side is quiet.
   *
   * @default true
   */
  readonly metrics?: boolean;

  /**
   * Whether it may show the app's log.
   *
   * @default true
   */
  readonly logs?: boolean;

  /**
   * How long the operator's own log is kept.
   *
   * @default - three months
   */
  readonly logRetention?: logs.RetentionDays;
}

/** The name of the operator's API and console. It may be none of the environments' names. */
export interface OperatorName {
  readonly domainName: string;
  /**
   * The zone in which alias records for this name are made.
   *
   * @default - no record is made
   */
  readonly hostedZone?: route53.IHostedZone;
}

/** An operator that runs as a service of its own on Fargate. */
export interface OperatorAsService extends CommonOperatorProps {
  readonly runsOn: "service";
  readonly name: OperatorName;
  readonly vpc: ec2.IVpc;
  /** The operator's image, whose entry point is the command `verdigris`. */
  readonly image: ecs.ContainerImage;
  /** Its certificate must be valid for `name`. */
  readonly loadBalancer: LoadBalancerOptions;
  /**
   * How many run at once; they share nothing but the table.
   *
   * @default 2
   */
  readonly tasks?: number;
  /**
   * CPU units of a task.
   *
   * @default 256
   */
  readonly cpu?: number;
  /**
   * Memory of a task in MiB.
   *
   * @default 512
   */
  readonly memoryMiB?: number;
  /**
   * Processor that the image is built for.
   *
   * @default - x86, 64 bit
   */
  readonly architecture?: ecs.CpuArchitecture;
  /**
   * Where tasks run.
   *
   * @default - private subnets with a way out; public ones, with public addresses, where there are none
   */
  readonly taskSubnets?: ec2.SubnetSelection;
}

/** An operator that runs as a Lambda function: cheap where releases are few. */
export interface OperatorAsFunction extends CommonOperatorProps {
  readonly runsOn: "function";
  /** The folder that holds `lambda.mjs`: `dist/lambda` of a built Verdigris. */
  readonly codePath: string;
  /**
   * A name besides the one that API Gateway gives.
   *
   * @default - API Gateway's alone
   */
  readonly name?: OperatorName & { readonly certificate: ICertificate };
  /**
   * Lambda deprecated nodejs20.x in April 2026 and deprecates nodejs22.x in April 2027, nodejs24.x in
   * April 2028 (Lambda Developer Guide, "Lambda runtimes").
   *
   * @default - nodejs24.x
   */
  readonly runtime?: lambda.Runtime;
}

/** What an `Operator` is made of. */
export type OperatorProps = OperatorAsService | OperatorAsFunction;
