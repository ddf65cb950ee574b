import { Match, Template } from "aws-cdk-lib/assertions";
import { InstanceType } from "aws-cdk-lib/aws-ec2";
import { expect, test } from "vitest";
import { benchWithStack, only } from "../test/stacks.ts";
import { SingleCluster } from "./single-cluster.ts";

function onInstances(network = {}) {
  const { stack, least } = benchWithStack(network);
  new SingleCluster(stack, "Test", {
    ...least,
    clusterName: "rainbow-test",
    instances: { instanceType: new InstanceType("t3.small"), maxInstances: 4 },
  });
  return { stack, template: Template.fromStack(stack) };
}

test("a service on instances is the operator's too", () => {
  const service = only(onInstances().stack, "AWS::ECS::Service").Properties;
  expect(service.TaskDefinition).toBe("rainbow-test");
  expect(service).not.toHaveProperty("DesiredCount");
  expect(service).not.toHaveProperty("LaunchType");
  expect(service.CapacityProviderStrategy).toHaveLength(1);
});

test("ECS sizes the group of instances and empties one before it ends", () => {
  const { stack, template } = onInstances();
  expect(only(stack, "AWS::ECS::CapacityProvider").Properties).toMatchObject({
    AutoScalingGroupProvider: {
      ManagedScaling: { Status: "ENABLED" },
      ManagedTerminationProtection: "ENABLED",
    },
  });
  template.hasResourceProperties("AWS::AutoScaling::AutoScalingGroup", {
    MaxSize: "4",
    DesiredCapacity: Match.absent(),
    NewInstancesProtectedFromScaleIn: true,
  });
});

test("instances have encrypted disks and keep their role from tasks", () => {
  const launch = only(onInstances().stack, "AWS::EC2::LaunchTemplate").Properties;
  expect(launch.LaunchTemplateData).toMatchObject({
    MetadataOptions: { HttpTokens: "required", HttpPutResponseHopLimit: 1 },
    BlockDeviceMappings: [{ Ebs: { Encrypted: true, VolumeSize: 30 } }],
  });
  const script = JSON.stringify(launch.LaunchTemplateData.UserData);
  expect(script).toContain("ECS_AWSVPC_BLOCK_IMDS=true >> /etc/ecs/ecs.config");
  expect(script).toContain("ECS_CLUSTER=");
});

test("instances are refused where tasks would need public addresses", () => {
  expect(() => onInstances({ natGateways: 0 })).toThrow("they need private subnets");
});
