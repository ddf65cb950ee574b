import { readFileSync } from "node:fs";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import type * as ec2 from "aws-cdk-lib/aws-ec2";
import { ContainerImage } from "aws-cdk-lib/aws-ecs";
import { type ClusterProps, SharedNetwork, type SharedNetworkProps } from "../src/index.ts";

export const certificateArn =
  "arn:aws:acm:eu-west-1:123456789012:certificate/00000000-0000-4000-8000-000000000000";

/** An app with the feature flags of a new one, of which one makes the CDK refuse templates that don't validate. */
export function newApp(): App {
  const { context } = JSON.parse(readFileSync(new URL("../cdk.json", import.meta.url), "utf8"));
  return new App({ context });
}

/** What the CDK says of the insides of a template: anything. */
type Json = ReturnType<Template["toJSON"]>;

/** A resource as it is in a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Json;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** An app with a network, in a stack of its own. */
export interface Bench {
  readonly app: App;
  readonly vpc: ec2.IVpc;
  /** The least that an environment's cluster can be made of. */
  readonly least: ClusterProps;
}

export function bench(network: SharedNetworkProps = {}): Bench {
  const app = newApp();
  const networkStack = new Stack(app, "NetworkStack");
  const { vpc } = new SharedNetwork(networkStack, "Network", network);
  const certificate = Certificate.fromCertificateArn(networkStack, "Certificate", certificateArn);
  return {
    app,
    vpc,
    least: {
      vpc,
      serviceName: "rainbow",
      app: { image: ContainerImage.fromRegistry("registry.example.com/rainbow") },
      loadBalancer: { certificates: [certificate] },
    },
  };
}

/** A bench with a stack whose template is looked at. */
export function benchWithStack(network?: SharedNetworkProps): Bench & { readonly stack: Stack } {
  const made = bench(network);
  return { ...made, stack: new Stack(made.app, "Stack") };
}

/** The resources of a stack by their logical ids; those of one type when it is given. */
export function resources(stack: Stack, type?: string): Record<string, Resource> {
  const all: Record<string, Resource> = Template.fromStack(stack).toJSON().Resources ?? {};
  return Object.fromEntries(
    Object.entries(all).filter(([, resource]) => type === undefined || resource.Type === type),
  );
}

/** The one resource of a type. */
export function only(stack: Stack, type: string): Resource {
  const found = Object.values(resources(stack, type));
  if (found.length !== 1 || found[0] === undefined) {
    throw new Error(`There are ${found.length} resources of type ${type} in ${stack.node.id}.`);
  }
  return found[0];
}

/** A value of a template as text, with each reference in angle brackets. */
export function text(value: unknown): string {
  if (typeof value === "string") return value;
  const [[key, inner] = ["", ""]] = Object.entries(value as Record<string, unknown>);
  if (key === "Fn::Join") {
    const [separator, parts] = inner as [string, unknown[]];
    return parts.map(text).join(separator);
  }
  return `<${[inner].flat().join(".")}>`;
}

/** The outputs of a stack that begin as `start` does. */
export function output(stack: Stack, start: string): string {
  const outputs: Record<string, { Value: unknown }> = Template.fromStack(stack).toJSON().Outputs;
  const found = Object.values(outputs)
    .map(({ Value }) => text(Value))
    .find((value) => value.startsWith(start));
  if (found === undefined) throw new Error(`No output of ${stack.node.id} begins with ${start}.`);
  return found;
}
