import { Template } from "aws-cdk-lib/assertions";
import { ContainerImage } from "aws-cdk-lib/aws-ecs";
import type { App } from "../src/app-template.ts";
import { SingleCluster } from "../src/index.ts";
import type { ClusterProps } from "../src/side-props.ts";
import { benchWithStack } from "./stacks.ts";

/** A test environment of rainbow, made of the least and what is given. */
export function rainbow(more: Partial<ClusterProps> = {}, network = {}) {
  const { stack, least } = benchWithStack(network);
  const cluster = new SingleCluster(stack, "Test", {
    ...least,
    ...more,
    clusterName: "rainbow-test",
  });
  return { stack, side: cluster.main, template: Template.fromStack(stack) };
}

/** The same, with more wishes of the app. */
export const withApp = (more: Partial<App>) =>
  rainbow({
    app: { image: ContainerImage.fromRegistry("registry.example.com/rainbow"), ...more },
  });
