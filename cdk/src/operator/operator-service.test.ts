import type { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { expect, test } from "vitest";
import { asService } from "../../test/operators.ts";
import { only, resources } from "../../test/stacks.ts";
import { statements } from "../../test/statements.ts";

/** The least operator: its template is looked at by many tests and changed by none. */
const plain = asService();

const container = ({ stack }: { readonly stack: Stack }) =>
  only(stack, "AWS::ECS::TaskDefinition").Properties.ContainerDefinitions[0];

test("the operator listens on every address of its task and is told what it works on", () => {
  expect(container(plain)).toMatchObject({
    Image: "registry.example.com/verdigris",
    Command: ["operator", "--host", "0.0.0.0", "--api-port", "7420"],
    PortMappings: [{ ContainerPort: 7420, Protocol: "tcp" }],
    ReadonlyRootFilesystem: true,
  });
  expect(container(plain).Environment).toContainEqual({
    Name: "VERDIGRIS_ALLOWED_HOSTS",
    Value: "verdigris.example.com",
  });
});

test("secrets come from Secrets Manager as a task starts and are in no template", () => {
  const made = asService((scope) => ({
    githubSecret: Secret.fromSecretNameV2(scope, "GitHub", "verdigris/github"),
  }));
  const { Secrets, Environment } = container(made);
  expect(Secrets.map(({ Name }: { Name: string }) => Name)).toEqual([
    "VERDIGRIS_GITHUB_TOKEN",
    "VERDIGRIS_GITHUB_WEBHOOK_SECRET",
  ]);
  expect(JSON.stringify(Secrets)).toMatch(/:token::.*:webhookSecret::/);
  expect(JSON.stringify(Environment)).not.toContain("GITHUB");
  const readers = statements(made.stack).filter(({ actions }) =>
    actions.includes("secretsmanager:GetSecretValue"),
  );
  expect(readers.map((statement) => statement.resources)).toEqual([
    [expect.stringMatching(/:secret:verdigris\/github-\?{6}$/)],
  ]);
});

test("two run, behind a load balancer that asks /healthz and answers on TLS", () => {
  const template = Template.fromStack(plain.stack);
  template.hasResourceProperties("AWS::ECS::Service", {
    DesiredCount: 2,
    DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
  });
  template.hasResourceProperties("AWS::ElasticLoadBalancingV2::TargetGroup", {
    Port: 7420,
    HealthCheckPath: "/healthz",
  });
  template.hasResourceProperties("AWS::ElasticLoadBalancingV2::Listener", {
    Port: 443,
    Protocol: "HTTPS",
  });
});

test("it may connect to HTTPS and to name servers, and nowhere else", () => {
  const out = ({ stack }: { readonly stack: Stack }) =>
    Object.values(resources(stack, "AWS::EC2::SecurityGroup"))
      .filter(({ Properties }) => Properties.GroupDescription === "Verdigris operator")
      .flatMap(({ Properties }) => Properties.SecurityGroupEgress)
      .map((rule) => `${rule.IpProtocol} ${rule.FromPort}-${rule.ToPort}`);
  expect(out(plain)).toEqual(["tcp 443-443", "udp 53-53", "tcp 53-53"]);
  expect(out(asService(() => ({ nameServers: "none" })))).toEqual(["tcp 443-443"]);
});

test("its log is kept for three months", () => {
  expect(only(plain.stack, "AWS::Logs::LogGroup").Properties.RetentionInDays).toBe(90);
});
