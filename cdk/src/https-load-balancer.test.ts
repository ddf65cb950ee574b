import { Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { Peer, Vpc } from "aws-cdk-lib/aws-ec2";
import { SslPolicy } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { expect, test } from "vitest";
import { certificateArn, newApp, only, resources } from "../test/stacks.ts";
import { HttpsLoadBalancer, type LoadBalancerOptions } from "./https-load-balancer.ts";

type Options = (stack: Stack) => Partial<LoadBalancerOptions>;

function front(options: Options = () => ({})) {
  const stack = new Stack(newApp(), "Stack", { env: { region: "eu-west-1" } });
  const vpc = Vpc.fromVpcAttributes(stack, "Vpc", {
    vpcId: "vpc-0123456789abcdef1",
    availabilityZones: ["eu-west-1a", "eu-west-1b"],
    publicSubnetRouteTableIds: ["rtb-0123456789abcdef1", "rtb-0123456789abcdef1"],
    privateSubnetRouteTableIds: ["rtb-0123456789abcdef2", "rtb-0123456789abcdef2"],
    publicSubnetIds: ["subnet-0123456789abcdef1", "subnet-0123456789abcdef2"],
    privateSubnetIds: ["subnet-0123456789abcdef3", "subnet-0123456789abcdef4"],
  });
  new HttpsLoadBalancer(stack, "Front", {
    vpc,
    targetPort: 8080,
    healthPath: "/health",
    certificates: [Certificate.fromCertificateArn(stack, "Certificate", certificateArn)],
    ...options(stack),
  });
  return { stack, template: Template.fromStack(stack) };
}

/** Attributes of the load balancer or target group as one object. */
function attributes(stack: Stack, type: string, key: string): Record<string, string> {
  const list = only(stack, type).Properties[key] as { Key: string; Value: string }[];
  return Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));
}

const ofBalancer = (stack: Stack) =>
  attributes(stack, "AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerAttributes");

/** Who may connect, as `cidr port`. */
function clients(stack: Stack): string[] {
  const rules = only(stack, "AWS::EC2::SecurityGroup").Properties.SecurityGroupIngress as {
    CidrIp?: string;
    CidrIpv6?: string;
    FromPort: number;
    ToPort: number;
  }[];
  return rules
    .map((rule) => `${rule.CidrIp ?? rule.CidrIpv6} ${rule.FromPort}-${rule.ToPort}`)
    .sort();
}

test("visitors are answered on TLS with the certificate, and sent there from port 80", () => {
  const { stack, template } = front();
  expect(Object.keys(resources(stack, "AWS::ElasticLoadBalancingV2::Listener"))).toHaveLength(2);
  template.hasResourceProperties("AWS::ElasticLoadBalancingV2::Listener", {
    Port: 443,
    Protocol: "HTTPS",
    Certificates: [{ CertificateArn: certificateArn }],
    SslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    DefaultActions: [{ Type: "forward", TargetGroupArn: Match.anyValue() }],
  });
  template.hasResourceProperties("AWS::ElasticLoadBalancingV2::Listener", {
    Port: 80,
    Protocol: "HTTP",
    DefaultActions: [{ Type: "redirect", RedirectConfig: { Protocol: "HTTPS", Port: "443" } }],
  });
});

test("a load balancer without a certificate is refused", () => {
  expect(() => front(() => ({ certificates: [] }))).toThrow("at least one certificate");
});

test("it can't be deleted unless asked otherwise, and drops headers that are not valid", () => {
  expect(ofBalancer(front().stack)).toMatchObject({
    "deletion_protection.enabled": "true",
    "routing.http.drop_invalid_header_fields.enabled": "true",
  });
  expect(ofBalancer(front(() => ({ deletionProtection: false })).stack)).toMatchObject({
    "deletion_protection.enabled": "false",
  });
});

test("a target that is taken away has half a minute, and the health path tells who is well", () => {
  const { stack } = front();
  const type = "AWS::ElasticLoadBalancingV2::TargetGroup";
  expect(attributes(stack, type, "TargetGroupAttributes")).toMatchObject({
    "deregistration_delay.timeout_seconds": "30",
  });
  expect(only(stack, type).Properties).toMatchObject({
    Port: 8080,
    Protocol: "HTTP",
    TargetType: "ip",
    HealthCheckPath: "/health",
    Matcher: { HttpCode: "200" },
  });
});

test("everyone may connect unless clients are named", () => {
  expect(clients(front().stack)).toEqual(["0.0.0.0/0 443-443", "0.0.0.0/0 80-80"]);
  const { stack } = front(() => ({ clients: [Peer.ipv4("192.0.2.0/24")] }));
  expect(clients(stack)).toEqual(["192.0.2.0/24 443-443", "192.0.2.0/24 80-80"]);
});

test("a dual-stack load balancer takes IPv6 too", () => {
  const { stack, template } = front(() => ({ dualStack: true }));
  template.hasResourceProperties("AWS::ElasticLoadBalancingV2::LoadBalancer", {
    IpAddressType: "dualstack",
  });
  expect(clients(stack)).toContain("::/0 443-443");
});

test("an internal load balancer has no public address", () => {
  front(() => ({ internetFacing: false })).template.hasResourceProperties(
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    { Scheme: "internal", Subnets: ["subnet-0123456789abcdef3", "subnet-0123456789abcdef4"] },
  );
});

test("a TLS policy of one's own is used", () => {
  front(() => ({ sslPolicy: SslPolicy.TLS13_13 })).template.hasResourceProperties(
    "AWS::ElasticLoadBalancingV2::Listener",
    { Port: 443, SslPolicy: SslPolicy.TLS13_13 },
  );
});

test("requests are logged where asked", () => {
  const { stack } = front((scope) => ({
    accessLogs: { bucket: new Bucket(scope, "Bucket"), prefix: "rainbow" },
  }));
  expect(ofBalancer(stack)).toMatchObject({
    "access_logs.s3.enabled": "true",
    "access_logs.s3.prefix": "rainbow",
  });
});
