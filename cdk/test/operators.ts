import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { ContainerImage } from "aws-cdk-lib/aws-ecs";
import { HostedZone } from "aws-cdk-lib/aws-route53";
import {
  Operator,
  type OperatorAsFunction,
  type OperatorAsService,
  type OperatorEnvironment,
} from "../src/index.ts";
import { type Bench, benchWithStack, certificateArn } from "./stacks.ts";

/** An operator in a stack of its own, and what more it may be made of. */
export interface OperatorBench extends Bench {
  readonly stack: Stack;
  readonly operator: Operator;
}

export const environments: OperatorEnvironment[] = [
  {
    record: "rainbow.example.com",
    preview: "standby.rainbow.example.com",
    hostedZoneId: "Z0123456789EXAMPLE",
    sides: [],
  },
];

export const exampleZone = (scope: Stack) =>
  HostedZone.fromHostedZoneAttributes(scope, "Zone", {
    hostedZoneId: "Z0123456789EXAMPLE",
    zoneName: "example.com",
  });

export const exampleCertificate = (scope: Stack) =>
  Certificate.fromCertificateArn(scope, "OperatorCertificate", certificateArn);

/** A folder with a lambda.mjs. */
export function codeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "code-"));
  writeFileSync(join(folder, "lambda.mjs"), "export const handler = async () => undefined;\n");
  writeFileSync(join(folder, "lambda.mjs.map"), "{}\n");
  return folder;
}

export function asService(
  more: (scope: Stack) => Partial<OperatorAsService> = () => ({}),
): OperatorBench {
  const made = benchWithStack();
  const operator = new Operator(made.stack, "Operator", {
    runsOn: "service",
    environments,
    vpc: made.vpc,
    name: { domainName: "verdigris.example.com" },
    image: ContainerImage.fromRegistry("registry.example.com/verdigris"),
    loadBalancer: made.least.loadBalancer,
    ...more(made.stack),
  });
  return { ...made, operator };
}

export function asFunction(
  more: (scope: Stack) => Partial<OperatorAsFunction> = () => ({}),
): OperatorBench {
  const made = benchWithStack();
  const operator = new Operator(made.stack, "Operator", {
    runsOn: "function",
    environments,
    codePath: codeFolder(),
    ...more(made.stack),
  });
  return { ...made, operator };
}
