import { Repository } from "aws-cdk-lib/aws-ecr";
import * as ecs from "aws-cdk-lib/aws-ecs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { rainbow, withApp } from "../test/sides.ts";
import { benchWithStack, only, output, resources } from "../test/stacks.ts";
import { statements } from "../test/statements.ts";
import { SingleCluster } from "./single-cluster.ts";

/** The least side: its template is looked at by many tests and changed by none. */
const plain = rainbow();

test("the service runs the newest revision of its family and says nothing of the number of tasks", () => {
  const service = only(plain.stack, "AWS::ECS::Service").Properties;
  expect(service).toMatchObject({ ServiceName: "rainbow", TaskDefinition: "rainbow-test" });
  expect(service).not.toHaveProperty("DesiredCount");
});

test("what the app wants is in a template that no service runs", () => {
  const { stack } = withApp({
    cpu: 512,
    memoryMiB: 1024,
    environment: { GREETING: "Hello" },
    architecture: ecs.CpuArchitecture.ARM64,
  });
  const families = Object.values(resources(stack, "AWS::ECS::TaskDefinition")).map(
    ({ Properties }) => Properties,
  );
  expect(families).toHaveLength(2);
  expect(families).toContainEqual(
    expect.objectContaining({
      Family: "rainbow-test-template",
      Cpu: "512",
      Memory: "1024",
      RuntimePlatform: { CpuArchitecture: "ARM64", OperatingSystemFamily: "LINUX" },
      ContainerDefinitions: [
        expect.objectContaining({
          Name: "app",
          Image: "registry.example.com/rainbow",
          Environment: [{ Name: "GREETING", Value: "Hello" }],
          PortMappings: [{ ContainerPort: 8080, Protocol: "tcp" }],
          StopTimeout: 30,
        }),
      ],
    }),
  );
});

test("a change of the app's wishes changes the template and its roles, and nothing that runs", () => {
  const { stack: before } = withApp({ environment: { GREETING: "Hello" } });
  const { stack: after } = withApp({
    image: ecs.ContainerImage.fromRegistry("registry.example.com/other"),
    environment: { GREETING: "Salve", LANGUAGE: "la" },
    cpu: 1024,
    memoryMiB: 2048,
    command: ["serve"],
    architecture: ecs.CpuArchitecture.ARM64,
  });
  const [old, now] = [resources(before), resources(after)];
  expect(Object.keys(now)).toEqual(Object.keys(old));
  const changed = Object.keys(old).filter(
    (id) => JSON.stringify(old[id]) !== JSON.stringify(now[id]),
  );
  expect(changed.map((id) => old[id]?.Properties.Family)).toEqual(["rainbow-test-template"]);
});

test("a deployment that fails is rolled back, and no task stops before another is well", () => {
  expect(only(plain.stack, "AWS::ECS::Service").Properties.DeploymentConfiguration).toMatchObject({
    DeploymentCircuitBreaker: { Enable: true, Rollback: true },
    MinimumHealthyPercent: 100,
    MaximumPercent: 200,
  });
});

test("the app's log outlives the stack and is kept for three months", () => {
  const log = only(plain.stack, "AWS::Logs::LogGroup");
  expect(log.Properties.RetentionInDays).toBe(90);
  expect(log.DeletionPolicy).toBe("Retain");
});

test("the execution role reads the app's secrets and pulls from its repository, and no others", () => {
  const { stack, least } = benchWithStack();
  const token = Secret.fromSecretNameV2(stack, "Token", "rainbow/token");
  new SingleCluster(stack, "Test", {
    ...least,
    clusterName: "rainbow-test",
    app: {
      image: ecs.ContainerImage.fromEcrRepository(
        Repository.fromRepositoryName(stack, "Repository", "rainbow"),
      ),
      secrets: { TOKEN: ecs.Secret.fromSecretsManager(token) },
    },
  });
  const allowed = (action: string) =>
    statements(stack)
      .filter(({ actions }) => actions.includes(action))
      .flatMap((statement) => statement.resources);
  expect(allowed("secretsmanager:GetSecretValue")).toEqual([
    expect.stringMatching(/:secret:rainbow\/token-\?{6}$/),
  ]);
  expect(allowed("ecr:BatchGetImage")).toEqual([expect.stringMatching(/:repository\/rainbow$/)]);
});

test("tasks take connections from their load balancer alone, on the app's port", () => {
  const { stack } = plain;
  const groups = resources(stack, "AWS::EC2::SecurityGroup");
  const tasks = Object.keys(groups).find((id) => id.includes("TaskSecurityGroup"));
  expect(groups[tasks ?? ""]?.Properties).not.toHaveProperty("SecurityGroupIngress");
  expect(only(stack, "AWS::EC2::SecurityGroupIngress").Properties).toMatchObject({
    GroupId: { "Fn::GetAtt": [tasks, "GroupId"] },
    SourceSecurityGroupId: { "Fn::GetAtt": [expect.stringContaining("LoadBalancer"), "GroupId"] },
    IpProtocol: "tcp",
    FromPort: 8080,
    ToPort: 8080,
  });
});

test("tasks have public addresses where there are only public subnets", () => {
  const addresses = (network: object) => {
    const { template } = rainbow({}, network);
    const [service] = Object.values(template.findResources("AWS::ECS::Service"));
    return service?.Properties.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp;
  };
  expect(addresses({})).toBe("DISABLED");
  expect(addresses({ natGateways: 0 })).toBe("ENABLED");
});

test("the side is printed as verdigris.yaml wants it", () => {
  const { stack, side } = plain;
  const line = output(stack, "main:");
  const [loadBalancer] = Object.keys(resources(stack, "AWS::ElasticLoadBalancingV2::LoadBalancer"));
  expect(parse(line)).toEqual({
    main: {
      runtime: "ecs",
      cluster: "rainbow-test",
      service: "rainbow",
      loadBalancer: `<${loadBalancer}>`,
      container: "app",
      taskDefinition: "rainbow-test-template",
    },
  });
  expect(side.verdigrisYaml).toMatch(/^main: /);
});

test("no DNS record is made", () => {
  const { stack } = plain;
  expect(JSON.stringify(resources(stack))).not.toMatch(/AWS::Route53|Weight/);
});

test("names and ports that ECS would refuse are refused", () => {
  expect(() => rainbow({ serviceName: "rain bow" })).toThrow(
    'serviceName "rain bow" is not a name',
  );
  expect(() => withApp({ port: 70_000 })).toThrow("port 70000 is not a whole number");
});

test("a shell can be opened in a task of the app where that is asked for", () => {
  const { stack } = rainbow({ enableExecuteCommand: true });
  const policies = Object.values(resources(stack, "AWS::IAM::Policy")).filter(({ Properties }) =>
    JSON.stringify(Properties).includes("ssmmessages:OpenDataChannel"),
  );
  expect(JSON.stringify(policies.map(({ Properties }) => Properties.Roles))).toContain(
    "TemplateTaskRole",
  );
  expect(JSON.stringify(resources(plain.stack))).not.toContain("ssmmessages");
});
