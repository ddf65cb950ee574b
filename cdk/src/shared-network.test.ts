import { CfnResource, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Vpc } from "aws-cdk-lib/aws-ec2";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { expect, test } from "vitest";
import { newApp } from "../test/stacks.ts";
import { SharedNetwork, type SharedNetworkProps } from "./shared-network.ts";

function template(props?: SharedNetworkProps): Template {
  const stack = new Stack(newApp(), "Stack");
  new SharedNetwork(stack, "Network", props);
  return Template.fromStack(stack);
}

test("a network has public and private subnets in two zones, and a NAT gateway in each", () => {
  const network = template();
  network.resourceCountIs("AWS::EC2::Subnet", 4);
  network.resourceCountIs("AWS::EC2::NatGateway", 2);
  network.allResourcesProperties("AWS::EC2::Subnet", { MapPublicIpOnLaunch: false });
});

test("S3 and DynamoDB are reached through gateway endpoints", () => {
  const network = template();
  for (const service of ["s3", "dynamodb"]) {
    network.hasResourceProperties("AWS::EC2::VPCEndpoint", {
      VpcEndpointType: "Gateway",
      ServiceName: { "Fn::Join": ["", Match.arrayWith([`.${service}`])] },
    });
  }
});

test("all flows are logged for a month unless asked otherwise", () => {
  const network = template();
  network.hasResourceProperties("AWS::EC2::FlowLog", { TrafficType: "ALL" });
  network.hasResourceProperties("AWS::Logs::LogGroup", { RetentionInDays: 30 });
  template({ flowLogs: RetentionDays.ONE_YEAR }).hasResourceProperties("AWS::Logs::LogGroup", {
    RetentionInDays: 365,
  });
  template({ flowLogs: false }).resourceCountIs("AWS::EC2::FlowLog", 0);
});

test("without NAT gateways there are public subnets only", () => {
  const network = template({ natGateways: 0 });
  network.resourceCountIs("AWS::EC2::NatGateway", 0);
  network.resourceCountIs("AWS::EC2::Subnet", 2);
  network.resourceCountIs("AWS::EC2::InternetGateway", 1);
});

test("a dual-stack network gives its subnets IPv6 addresses", () => {
  template({ dualStack: true }).allResourcesProperties("AWS::EC2::Subnet", {
    Ipv6CidrBlock: Match.anyValue(),
  });
  template().allResourcesProperties("AWS::EC2::Subnet", { Ipv6CidrBlock: Match.absent() });
});

test("the default security group is emptied when asked to", () => {
  template({ restrictDefaultSecurityGroup: true }).resourceCountIs(
    "Custom::VpcRestrictDefaultSG",
    1,
  );
  template().resourceCountIs("Custom::VpcRestrictDefaultSG", 0);
});

test("an existing network is used as it is", () => {
  const stack = new Stack(newApp(), "Stack");
  const existing = Vpc.fromVpcAttributes(stack, "Existing", {
    vpcId: "vpc-0123456789abcdef1",
    availabilityZones: ["a", "b"],
    publicSubnetIds: ["subnet-0123456789abcdef1", "subnet-0123456789abcdef2"],
  });
  expect(new SharedNetwork(stack, "Network", { existing }).vpc).toBe(existing);
  expect(stack.node.findAll().filter(CfnResource.isCfnResource)).toEqual([]);
  expect(
    () => new SharedNetwork(stack, "Other", { existing, natGateways: 1, dualStack: true }),
  ).toThrow("natGateways, dualStack can't be had with an existing network");
});

test("a network in one zone is refused, since a load balancer needs two", () => {
  expect(() => template({ availabilityZones: 1 })).toThrow("at least 2");
});
