import type { Stack } from "aws-cdk-lib";
import { expect, test } from "vitest";
import { codeFolder } from "../test/operators.ts";
import { newApp, resources } from "../test/stacks.ts";
import { statements } from "../test/statements.ts";
import { rainbow } from "./rainbow.ts";
import { type Settings, settingsFrom } from "./settings.ts";

function stacks(more: Partial<Settings> = {}): Stack[] {
  const app = newApp();
  return Object.values(rainbow(app, { ...settingsFrom(app.node), ...more }));
}

const both: [string, () => Stack[]][] = [
  ["a service", () => stacks()],
  ["a function", () => stacks({ runsOn: "function", operatorCode: codeFolder() })],
];

test.each(both)(
  "with the operator as %s, no record is made but its own, and no weight",
  (_, made) => {
    const records = made()
      .flatMap((stack) => Object.values(resources(stack, "AWS::Route53::RecordSet")))
      .map(({ Properties }) => Properties);
    expect(records.map(({ Name }) => Name)).toEqual(["verdigris.example.com."]);
    expect(JSON.stringify(records)).not.toMatch(/Weight|SetIdentifier/);
  },
);

test.each(both)(
  "with the operator as %s, no policy has a wildcard among its actions",
  (_, made) => {
    const all = made().flatMap(statements);
    expect(all.flatMap(({ actions }) => actions).filter((action) => action.includes("*"))).toEqual(
      [],
    );
    // Actions that IAM knows no resources for, and ListTasks, which a condition binds to clusters.
    const unbound = all
      .filter((statement) => statement.resources.includes("*"))
      .flatMap(({ actions }) => actions);
    expect([...new Set(unbound)].sort()).toEqual(
      expect.arrayContaining(["ecs:DescribeTaskDefinition", "ecs:ListTasks"]),
    );
    expect(
      unbound.filter(
        (action) =>
          ![
            "cloudwatch:GetMetricData",
            "ecr:GetAuthorizationToken",
            "ecs:DescribeTaskDefinition",
            "ecs:ListTaskDefinitions",
            "ecs:ListTasks",
            "elasticloadbalancing:DescribeLoadBalancers",
            "elasticloadbalancing:DescribeTargetHealth",
          ].includes(action),
      ),
    ).toEqual([]);
  },
);

test("a change of the app's setting changes the three templates and nothing else in any stack", () => {
  const [before, after] = [stacks(), stacks({ greeting: "Salve" })];
  const changed = before.flatMap((stack, index) => {
    const now = resources(after[index] ?? stack);
    return Object.entries(resources(stack))
      .filter(([id, resource]) => JSON.stringify(resource) !== JSON.stringify(now[id]))
      .map(([, { Properties }]) => Properties.Family);
  });
  expect(changed.sort()).toEqual([
    "rainbow-blue-template",
    "rainbow-green-template",
    "rainbow-test-template",
  ]);
});

test("every load balancer is protected and every log ends", () => {
  const all = stacks().flatMap((stack) => Object.values(resources(stack)));
  const balancers = all.filter(({ Type }) => Type === "AWS::ElasticLoadBalancingV2::LoadBalancer");
  expect(balancers).toHaveLength(4);
  for (const { Properties } of balancers) {
    expect(Properties.LoadBalancerAttributes).toContainEqual({
      Key: "deletion_protection.enabled",
      Value: "true",
    });
  }
  const logs = all.filter(({ Type }) => Type === "AWS::Logs::LogGroup");
  expect(logs).toHaveLength(5);
  for (const { Properties } of logs) expect(Properties.RetentionInDays).toBeGreaterThan(0);
});

test("a way to run that there isn't is refused", () => {
  const app = newApp();
  app.node.setContext("runsOn", "mainframe");
  expect(() => settingsFrom(app.node)).toThrow('either "service" or "function"');
});
