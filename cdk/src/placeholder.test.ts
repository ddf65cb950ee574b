import { ContainerImage } from "aws-cdk-lib/aws-ecs";
import { expect, test } from "vitest";
import { rainbow, withApp } from "../test/sides.ts";
import { only, resources } from "../test/stacks.ts";

test("the placeholder answers on the app's port in the container that the load balancer knows", () => {
  const { stack } = withApp({ container: "web", port: 3000 });
  const placeholder = Object.values(resources(stack, "AWS::ECS::TaskDefinition")).find(
    ({ Properties }) => Properties.Family === "rainbow-test",
  );
  expect(placeholder?.Properties.ContainerDefinitions).toEqual([
    expect.objectContaining({
      Name: "web",
      Image: "public.ecr.aws/docker/library/nginx:stable-alpine",
      PortMappings: [{ ContainerPort: 3000, Protocol: "tcp" }],
      Command: ["sh", "-c", expect.stringContaining("listen 3000;")],
    }),
  ]);
  expect(only(stack, "AWS::ECS::Service").Properties.LoadBalancers).toEqual([
    expect.objectContaining({ ContainerName: "web", ContainerPort: 3000 }),
  ]);
});

test("the placeholder is exactly what it always was, or it would become the newest revision of each side", () => {
  const [placeholder] = Object.values(
    resources(rainbow().stack, "AWS::ECS::TaskDefinition"),
  ).filter(({ Properties }) => Properties.Family === "rainbow-test");
  const role = { "Fn::GetAtt": [expect.stringContaining("Placeholder"), "Arn"] };
  expect(placeholder?.Properties).toEqual({
    Family: "rainbow-test",
    RequiresCompatibilities: ["FARGATE"],
    NetworkMode: "awsvpc",
    Cpu: "256",
    Memory: "512",
    TaskRoleArn: role,
    ExecutionRoleArn: role,
    ContainerDefinitions: [
      {
        Name: "app",
        Image: "public.ecr.aws/docker/library/nginx:stable-alpine",
        Essential: true,
        Command: [
          "sh",
          "-c",
          "printf '%s' 'server { listen 8080; location / { default_type text/plain; " +
            'return 200 "This side waits for its first deployment.\\n"; } }\' ' +
            "> /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'",
        ],
        PortMappings: [{ ContainerPort: 8080, Protocol: "tcp" }],
        LogConfiguration: {
          LogDriver: "awslogs",
          Options: {
            "awslogs-group": { Ref: expect.stringContaining("Logs") },
            "awslogs-region": { Ref: "AWS::Region" },
            "awslogs-stream-prefix": "placeholder",
          },
        },
      },
    ],
  });
});

test("a placeholder of one's own is run as it is", () => {
  const { template } = rainbow({
    placeholder: { image: ContainerImage.fromRegistry("registry.example.com/waiting") },
  });
  template.hasResourceProperties("AWS::ECS::TaskDefinition", {
    Family: "rainbow-test",
    ContainerDefinitions: [{ Image: "registry.example.com/waiting" }],
  });
});
