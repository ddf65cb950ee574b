import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "aws-cdk-lib";
import { Runtime } from "aws-cdk-lib/aws-lambda";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { expect, test } from "vitest";
import { asFunction, exampleCertificate, exampleZone } from "../../test/operators.ts";
import { only, resources, text } from "../../test/stacks.ts";
import { statements } from "../../test/statements.ts";

/** The least operator: its template is looked at by many tests and changed by none. */
const plain = asFunction();

const functionOf = (made: { readonly stack: Stack }) =>
  only(made.stack, "AWS::Lambda::Function").Properties;

test("the function runs on a runtime that Lambda supports, for as long as a minute's drive", () => {
  expect(functionOf(plain)).toMatchObject({
    Runtime: "nodejs24.x",
    Handler: "lambda.handler",
    MemorySize: 512,
    Timeout: 60,
  });
  expect(functionOf(asFunction(() => ({ runtime: Runtime.NODEJS_22_X }))).Runtime).toBe(
    "nodejs22.x",
  );
});

test("its code is the folder given, without source maps", () => {
  const assembly = plain.app.synth().directory;
  const asset = readdirSync(assembly).find((name) => name.startsWith("asset."));
  expect(readdirSync(join(assembly, asset ?? ""))).toEqual(["lambda.mjs"]);
});

test("a folder without lambda.mjs is refused with the way to make it", () => {
  const codePath = mkdtempSync(join(tmpdir(), "empty-"));
  expect(() => asFunction(() => ({ codePath }))).toThrow('Build Verdigris ("npm run build")');
});

test("each minute it is told to drive, and a failed call is left to the next minute", () => {
  const { stack } = plain;
  expect(only(stack, "AWS::Scheduler::Schedule").Properties).toMatchObject({
    ScheduleExpression: "rate(1 minute)",
    State: "ENABLED",
    Target: { Input: '{"verdigris":"drive"}', RetryPolicy: { MaximumRetryAttempts: 0 } },
  });
  expect(only(stack, "AWS::Lambda::EventInvokeConfig").Properties).toMatchObject({
    MaximumRetryAttempts: 0,
    MaximumEventAgeInSeconds: 60,
  });
});

test("every path of the HTTP API leads to it, the root too", () => {
  const { stack } = plain;
  expect(only(stack, "AWS::ApiGatewayV2::Route").Properties.RouteKey).toBe("$default");
  expect(only(stack, "AWS::ApiGatewayV2::Integration").Properties).toMatchObject({
    IntegrationType: "AWS_PROXY",
    PayloadFormatVersion: "2.0",
  });
  expect(only(stack, "AWS::ApiGatewayV2::Stage").Properties).toMatchObject({
    StageName: "$default",
    DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
  });
});

test("it is known by API Gateway's name, or by its own alone", () => {
  const hosts = text(functionOf(plain).Environment.Variables.VERDIGRIS_ALLOWED_HOSTS);
  expect(hosts).toMatch(/^<OperatorFunctionApi\w+>\.execute-api\.<AWS::Region>\.<AWS::URLSuffix>$/);
  const { stack, operator } = asFunction((scope) => ({
    name: {
      domainName: "verdigris.example.com",
      hostedZone: exampleZone(scope),
      certificate: exampleCertificate(scope),
    },
  }));
  expect(operator.url).toBe("https://verdigris.example.com");
  expect(only(stack, "AWS::ApiGatewayV2::Api").Properties.DisableExecuteApiEndpoint).toBe(true);
  expect(only(stack, "AWS::ApiGatewayV2::DomainName").Properties).toMatchObject({
    DomainName: "verdigris.example.com",
    DomainNameConfigurations: [{ SecurityPolicy: "TLS_1_2" }],
  });
  expect(only(stack, "AWS::Route53::RecordSet").Properties.Name).toBe("verdigris.example.com.");
});

test("the secret's ARN is in its environment, and it may read that secret", () => {
  const { stack } = asFunction((scope) => ({
    githubSecret: Secret.fromSecretNameV2(scope, "GitHub", "verdigris/github"),
  }));
  const { Variables } = only(stack, "AWS::Lambda::Function").Properties.Environment;
  expect(text(Variables.VERDIGRIS_GITHUB_SECRET_ARN)).toMatch(/:secret:verdigris\/github$/);
  expect(
    statements(stack).find(({ actions }) => actions.includes("secretsmanager:GetSecretValue"))
      ?.resources,
  ).toEqual([expect.stringMatching(/:secret:verdigris\/github-\?{6}$/)]);
});

test("its logs are kept for three months", () => {
  const logs = Object.values(resources(plain.stack, "AWS::Logs::LogGroup"));
  expect(logs.map(({ Properties }) => Properties.RetentionInDays)).toEqual([90, 90]);
});
