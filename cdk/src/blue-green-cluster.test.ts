import { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { expect, test } from "vitest";
import { bench, benchWithStack, output, resources } from "../test/stacks.ts";
import { BlueGreenCluster } from "./blue-green-cluster.ts";

/** Production of rainbow with a stack for each side. */
function twoStacks() {
  const { app, least } = bench();
  const scopes = { blue: new Stack(app, "Blue"), green: new Stack(app, "Green") };
  new BlueGreenCluster(app, "Production", { ...least, clusterName: "rainbow", scopes });
  return scopes;
}

test("each side has a cluster, a service and a load balancer of its own", () => {
  const { stack, least } = benchWithStack();
  new BlueGreenCluster(stack, "Production", { ...least, clusterName: "rainbow" });
  const template = Template.fromStack(stack);
  template.resourceCountIs("AWS::ECS::Cluster", 2);
  template.resourceCountIs("AWS::ECS::Service", 2);
  template.resourceCountIs("AWS::ElasticLoadBalancingV2::LoadBalancer", 2);
  template.hasResourceProperties("AWS::ECS::Cluster", { ClusterName: "rainbow-blue" });
  template.hasResourceProperties("AWS::ECS::Cluster", { ClusterName: "rainbow-green" });
  expect(output(stack, "blue:")).toContain("taskDefinition: rainbow-blue-template");
  expect(output(stack, "green:")).toContain("taskDefinition: rainbow-green-template");
});

test("the sides are alike but for their names", () => {
  const { blue, green } = twoStacks();
  // Logical ids end in hashes of names.
  const colourless = (stack: Stack) =>
    JSON.stringify(resources(stack))
      .replaceAll(/blue|green/gi, "side")
      .replaceAll(/[0-9A-F]{8,40}/g, "hash")
      // References to the network name it, and carry no colour.
      .replaceAll(/NetworkStack:[A-Za-z0-9]+/g, "network");
  expect(colourless(blue)).toBe(colourless(green));
});

test("with a stack for each side, no stack holds anything of the other", () => {
  const { blue, green } = twoStacks();
  expect(JSON.stringify(Template.fromStack(blue).toJSON())).not.toMatch(/green/i);
  expect(JSON.stringify(Template.fromStack(green).toJSON())).not.toMatch(/blue/i);
});

test("no DNS record is made, and no weight", () => {
  const { blue, green } = twoStacks();
  for (const stack of [blue, green]) {
    expect(JSON.stringify(resources(stack))).not.toMatch(/AWS::Route53|SetIdentifier/);
  }
});
