import { Stack } from "aws-cdk-lib";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";
import type { AssumedSide, OperatedSide } from "../operated-side.ts";
import { type OperatorEnvironment, recordNames } from "./operator-environment.ts";

/** What the operator's permissions depend on. */
export interface OperatorPolicyProps {
  readonly tableArn: string;
  readonly environments: readonly OperatorEnvironment[];
  /** A role that holds the permissions for the hosted zones instead. */
  readonly zoneRoleArn?: string;
  /** Whether it counts requests, to tell when the old side is quiet. */
  readonly metrics: boolean;
  /** Whether it shows the app's log. */
  readonly logs: boolean;
}

/** All that the operator may do, and nothing else. `scope` tells the partition. */
export function operatorPolicy(scope: IConstruct, props: OperatorPolicyProps): PolicyStatement[] {
  const sides = props.environments.flatMap((environment) => environment.sides);
  const roles = unique([
    ...sides.filter(isAssumed).map((side) => side.assumedRoleArn),
    ...(props.zoneRoleArn === undefined ? [] : [props.zoneRoleArn]),
  ]);
  return [
    allow("Table", tableActions, [props.tableArn]),
    ...(props.zoneRoleArn === undefined ? zonePolicy(scope, props.environments) : []),
    ...sidePolicy(sides.filter(isOwn), props),
    ...(roles.length > 0 ? [allow("Roles", ["sts:AssumeRole"], roles)] : []),
  ];
}

/** What the role for the hosted zones needs, when it is not the operator's own. */
export function zonePolicy(
  scope: IConstruct,
  environments: readonly OperatorEnvironment[],
): PolicyStatement[] {
  const partition = Stack.of(scope).partition;
  const zones = unique(environments.map((environment) => environment.hostedZoneId));
  if (zones.length === 0) return [];
  const arn = (zone: string) => `arn:${partition}:route53:::hostedzone/${zone}`;
  return [
    allow("Zones", ["route53:GetHostedZone", "route53:ListResourceRecordSets"], zones.map(arn)),
    ...zones.map((zone, index) => {
      const within = environments.filter((environment) => environment.hostedZoneId === zone);
      const change = "route53:ChangeResourceRecordSets";
      // Each change has a name, a type and an action, so none of the keys is ever missing, and
      // ForAllValues never holds for want of values.
      return allow(`Records${index}`, [change], [arn(zone)], {
        "ForAllValues:StringEquals": {
          [`${change}NormalizedRecordNames`]: unique(within.flatMap(recordNames)),
          [`${change}RecordTypes`]: ["A", "AAAA", "TXT"],
          [`${change}Actions`]: ["CREATE", "DELETE"],
        },
      });
    }),
    allow("Changes", ["route53:GetChange"], [`arn:${partition}:route53:::change/*`]),
  ];
}

/** What the role for sides needs, when it is not the operator's own. */
export function sidePolicy(
  sides: readonly OperatedSide[],
  asked: { readonly metrics: boolean; readonly logs: boolean },
): PolicyStatement[] {
  if (sides.length === 0) return [];
  const logGroups = unique(sides.flatMap((side) => side.logGroupArns));
  return [
    allow(
      "Services",
      ["ecs:DescribeServices", "ecs:UpdateService", "ecs:TagResource"],
      unique(sides.map((side) => side.serviceArn)),
    ),
    allow(
      "Revisions",
      ["ecs:RegisterTaskDefinition"],
      unique(sides.map((side) => side.taskDefinitionsArn)),
    ),
    // A revision has the tags of what it is based on, and tagging as something is made needs this too
    // (ECS Developer Guide, "Grant permission to tag resources on creation").
    allow(
      "TagsOfRevisions",
      ["ecs:TagResource"],
      unique(sides.map((side) => side.taskDefinitionsArn)),
      { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
    ),
    allow("RolesOfTasks", ["iam:PassRole"], unique(sides.flatMap((side) => side.passedRoleArns)), {
      StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
    }),
    allow("Tasks", ["ecs:DescribeTasks"], unique(sides.map((side) => side.tasksArn))),
    // ListTasks knows no tasks or services as resources, only the cluster as a condition.
    allow("TasksOfClusters", ["ecs:ListTasks"], ["*"], {
      ArnEquals: { "ecs:cluster": unique(sides.map((side) => side.clusterArn)) },
    }),
    // None of these has permissions by resource (Service Authorization Reference).
    allow(
      "Reading",
      [
        "ecs:DescribeTaskDefinition",
        "ecs:ListTaskDefinitions",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTargetHealth",
        ...(asked.metrics ? ["cloudwatch:GetMetricData"] : []),
      ],
      ["*"],
    ),
    ...(asked.logs && logGroups.length > 0
      ? [allow("Logs", ["logs:FilterLogEvents"], logGroups)]
      : []),
  ];
}

const tableActions = [
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:Query",
  "dynamodb:DescribeTable",
];

const isAssumed = (side: OperatedSide | AssumedSide): side is AssumedSide =>
  "assumedRoleArn" in side;

const isOwn = (side: OperatedSide | AssumedSide): side is OperatedSide => !isAssumed(side);

const unique = (values: readonly string[]): string[] => [...new Set(values)];

const allow = (
  sid: string,
  actions: string[],
  resources: string[],
  conditions?: Record<string, Record<string, unknown>>,
): PolicyStatement =>
  new PolicyStatement({ sid, effect: Effect.ALLOW, actions, resources, conditions });
