import { Stack } from "aws-cdk-lib";
import { ManagedPolicy, PolicyDocument, type PolicyStatement } from "aws-cdk-lib/aws-iam";
import { expect, test } from "vitest";
import { newApp, only } from "../../test/stacks.ts";
import { type Statement, statementsOf } from "../../test/statements.ts";
import { type OperatedSide, operatedSide } from "../operated-side.ts";
import type { OperatorEnvironment } from "./operator-environment.ts";
import { type OperatorPolicyProps, operatorPolicy, zonePolicy } from "./operator-policy.ts";

const account = "123456789012";
const tableArn = `arn:aws:dynamodb:eu-west-1:${account}:table/verdigris`;
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const logs = (side: string) => `arn:aws:logs:eu-west-1:${account}:log-group:${side}:*`;

const stack = () => new Stack(newApp(), "Stack", { env: { account, region: "eu-west-1" } });

const side = (scope: Stack, colour: string): OperatedSide =>
  operatedSide(scope, {
    cluster: `rainbow-${colour}`,
    service: "rainbow",
    family: `rainbow-${colour}`,
    passedRoleArns: [role(`${colour}-task`), role(`${colour}-execution`)],
    logGroupArns: [logs(colour)],
  });

const production = (scope: Stack): OperatorEnvironment => ({
  record: "rainbow.example.com",
  preview: "standby.rainbow.example.com",
  hostedZoneId: "Z1",
  sides: [side(scope, "blue"), side(scope, "green")],
});

/** Statements as a template has them. */
function rendered(scope: Stack, made: PolicyStatement[]): Statement[] {
  new ManagedPolicy(scope, "Policy", { document: new PolicyDocument({ statements: made }) });
  return statementsOf(only(scope, "AWS::IAM::ManagedPolicy"));
}

function policy(environments: (scope: Stack) => OperatorEnvironment[], more = {}): Statement[] {
  const scope = stack();
  const props: OperatorPolicyProps = {
    tableArn,
    environments: environments(scope),
    metrics: true,
    logs: true,
    ...more,
  };
  return rendered(scope, operatorPolicy(scope, props));
}

/** Sids and what they allow, in any order. */
const bySid = (list: Statement[]) =>
  Object.fromEntries(list.map(({ sid, ...statement }) => [sid, statement]));

test("the operator may do exactly what its environments need", () => {
  const ecs = `arn:aws:ecs:eu-west-1:${account}`;
  const always = { condition: undefined };
  expect(bySid(policy((scope) => [production(scope)]))).toEqual({
    Table: {
      actions: ["dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
      resources: [tableArn],
      ...always,
    },
    Zones: {
      actions: ["route53:GetHostedZone", "route53:ListResourceRecordSets"],
      resources: ["arn:aws:route53:::hostedzone/Z1"],
      ...always,
    },
    Records0: {
      actions: ["route53:ChangeResourceRecordSets"],
      resources: ["arn:aws:route53:::hostedzone/Z1"],
      condition: {
        "ForAllValues:StringEquals": {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": [
            "rainbow.example.com",
            "standby.rainbow.example.com",
            "_verdigris.rainbow.example.com",
          ],
          "route53:ChangeResourceRecordSetsRecordTypes": ["A", "AAAA", "TXT"],
          "route53:ChangeResourceRecordSetsActions": ["CREATE", "DELETE"],
        },
      },
    },
    Changes: {
      actions: ["route53:GetChange"],
      resources: ["arn:aws:route53:::change/*"],
      ...always,
    },
    Services: {
      actions: ["ecs:DescribeServices", "ecs:TagResource", "ecs:UpdateService"],
      resources: [`${ecs}:service/rainbow-blue/rainbow`, `${ecs}:service/rainbow-green/rainbow`],
      ...always,
    },
    Revisions: {
      actions: ["ecs:RegisterTaskDefinition"],
      resources: [
        `${ecs}:task-definition/rainbow-blue:*`,
        `${ecs}:task-definition/rainbow-green:*`,
      ],
      ...always,
    },
    TagsOfRevisions: {
      actions: ["ecs:TagResource"],
      resources: [
        `${ecs}:task-definition/rainbow-blue:*`,
        `${ecs}:task-definition/rainbow-green:*`,
      ],
      condition: { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
    },
    RolesOfTasks: {
      actions: ["iam:PassRole"],
      resources: [
        role("blue-execution"),
        role("blue-task"),
        role("green-execution"),
        role("green-task"),
      ],
      condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    Tasks: {
      actions: ["ecs:DescribeTasks"],
      resources: [`${ecs}:task/rainbow-blue/*`, `${ecs}:task/rainbow-green/*`],
      ...always,
    },
    TasksOfClusters: {
      actions: ["ecs:ListTasks"],
      resources: ["*"],
      condition: {
        ArnEquals: {
          "ecs:cluster": [`${ecs}:cluster/rainbow-blue`, `${ecs}:cluster/rainbow-green`],
        },
      },
    },
    Reading: {
      actions: [
        "cloudwatch:GetMetricData",
        "ecs:DescribeTaskDefinition",
        "ecs:ListTaskDefinitions",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTargetHealth",
      ],
      resources: ["*"],
      ...always,
    },
    Logs: {
      actions: ["logs:FilterLogEvents"],
      resources: [logs("blue"), logs("green")],
      ...always,
    },
  });
});

test("names may be changed in their own zone only", () => {
  const list = bySid(
    policy((scope) => [
      production(scope),
      { record: "other.example.org", hostedZoneId: "Z2", sides: [] },
    ]),
  );
  const names = (sid: string) =>
    Object.values(list[sid]?.condition as Record<string, Record<string, unknown>>)[0]?.[
      "route53:ChangeResourceRecordSetsNormalizedRecordNames"
    ];
  expect(list.Records0?.resources).toEqual(["arn:aws:route53:::hostedzone/Z1"]);
  expect(names("Records0")).not.toContain("other.example.org");
  expect(list.Records1?.resources).toEqual(["arn:aws:route53:::hostedzone/Z2"]);
  expect(names("Records1")).toEqual(["other.example.org", "_verdigris.other.example.org"]);
});

test("metrics and logs are left alone where they are not asked for", () => {
  const actions = policy((scope) => [production(scope)], { metrics: false, logs: false }).flatMap(
    (statement) => statement.actions,
  );
  expect(actions).not.toContain("cloudwatch:GetMetricData");
  expect(actions).not.toContain("logs:FilterLogEvents");
});

test("with a role for the zones, the operator has no permission in Route 53 but that of the role", () => {
  const list = policy((scope) => [production(scope)], { zoneRoleArn: role("zones") });
  expect(JSON.stringify(list)).not.toContain("route53:");
  expect(bySid(list).Roles).toEqual({
    actions: ["sts:AssumeRole"],
    resources: [role("zones")],
    condition: undefined,
  });
  const scope = stack();
  expect(Object.keys(bySid(rendered(scope, zonePolicy(scope, [production(scope)]))))).toEqual([
    "Zones",
    "Records0",
    "Changes",
  ]);
});

test("with roles for the sides, the operator has no permission in ECS but those of the roles", () => {
  const list = policy(() => [
    {
      record: "rainbow.example.com",
      hostedZoneId: "Z1",
      sides: [{ assumedRoleArn: role("blue") }, { assumedRoleArn: role("green") }],
    },
  ]);
  expect(list.flatMap(({ actions }) => actions).sort()).not.toContainEqual(
    expect.stringMatching(/^(ecs|iam|elasticloadbalancing|logs):/),
  );
  expect(bySid(list).Roles?.resources).toEqual([role("blue"), role("green")]);
});
