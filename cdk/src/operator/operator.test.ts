import { Table } from "aws-cdk-lib/aws-dynamodb";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { asFunction, asService, exampleZone } from "../../test/operators.ts";
import { only, output, resources } from "../../test/stacks.ts";
import { statements } from "../../test/statements.ts";

/** The least operators: their templates are looked at by many tests and changed by none. */
const plainService = asService();
const plainFunction = asFunction();

test("the table can be restored, is kept, and is paid for by the request", () => {
  const table = only(plainFunction.stack, "AWS::DynamoDB::Table");
  expect(table.Properties).toMatchObject({
    TableName: "verdigris",
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "sk", AttributeType: "S" },
    ],
    BillingMode: "PAY_PER_REQUEST",
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    DeletionProtectionEnabled: true,
  });
  expect([table.DeletionPolicy, table.UpdateReplacePolicy]).toEqual(["Retain", "Retain"]);
});

test("an existing table is used, in its own region", () => {
  const arn = "arn:aws:dynamodb:us-east-1:123456789012:table/decisions";
  const { stack } = asFunction((scope) => ({ table: Table.fromTableArn(scope, "Table", arn) }));
  expect(Object.keys(resources(stack, "AWS::DynamoDB::Table"))).toEqual([]);
  expect(only(stack, "AWS::Lambda::Function").Properties.Environment.Variables).toMatchObject({
    VERDIGRIS_TABLE: "decisions",
    VERDIGRIS_REGION: "us-east-1",
  });
  expect(statements(stack).find(({ sid }) => sid === "Table")?.resources).toEqual([arn]);
});

test("the control lines for verdigris.yaml are printed", () => {
  const { stack } = plainService;
  expect(parse(output(stack, "control: { server"))).toEqual({
    control: { server: "https://verdigris.example.com" },
  });
  expect(output(stack, "control: { table")).toMatch(
    /^control: \{ table: <OperatorTable\w+>, region: <AWS::Region> \}$/,
  );
});

test("a name of an environment is refused as the operator's own", () => {
  for (const domainName of [
    "rainbow.example.com",
    "Standby.Rainbow.example.com.",
    "_verdigris.rainbow.example.com",
  ]) {
    expect(() =>
      asService((scope) => ({ name: { domainName, hostedZone: exampleZone(scope) } })),
    ).toThrow("is a name of an environment");
  }
});

test("no record is made but the operator's own, and that one only with a zone", () => {
  const records = (stack: Parameters<typeof resources>[0]) =>
    Object.values(resources(stack, "AWS::Route53::RecordSet")).map(({ Properties }) => [
      Properties.Name,
      Properties.Type,
    ]);
  expect(records(plainService.stack)).toEqual([]);
  expect(records(plainFunction.stack)).toEqual([]);
  const named = asService((scope) => ({
    name: { domainName: "verdigris.example.com", hostedZone: exampleZone(scope) },
  }));
  expect(records(named.stack)).toEqual([["verdigris.example.com.", "A"]]);
  const dualStack = asService((scope) => ({
    name: { domainName: "verdigris.example.com", hostedZone: exampleZone(scope) },
    loadBalancer: { ...named.least.loadBalancer, dualStack: true },
  }));
  expect(records(dualStack.stack)).toEqual([
    ["verdigris.example.com.", "A"],
    ["verdigris.example.com.", "AAAA"],
  ]);
});

test("permissions are given to the role that calls are made with", () => {
  const { stack } = plainService;
  const [policy] = Object.values(resources(stack, "AWS::IAM::Policy")).filter((candidate) =>
    JSON.stringify(candidate).includes("route53:"),
  );
  const { Properties } = only(stack, "AWS::ECS::TaskDefinition");
  expect(Properties.TaskRoleArn["Fn::GetAtt"][0]).toBe(policy?.Properties.Roles[0].Ref);
});
