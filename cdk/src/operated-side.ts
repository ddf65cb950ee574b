import { ArnFormat, Stack } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** What of a side the operator works on, as the ARNs that its permissions name. */
export interface OperatedSide {
  readonly clusterArn: string;
  readonly serviceArn: string;
  /** All tasks of the cluster. */
  readonly tasksArn: string;
  /** All revisions in the family of the service, in which the operator registers. */
  readonly taskDefinitionsArn: string;
  /** Task and execution role of what it registers. */
  readonly passedRoleArns: readonly string[];
  /** Log groups of the app. */
  readonly logGroupArns: readonly string[];
}

/** A side that is worked on with another role, in another account as a rule. That role holds the permissions. */
export interface AssumedSide {
  readonly assumedRoleArn: string;
}

/** A side by its names, in the account and region of the stack that `scope` is in. */
export interface NamedSide {
  readonly cluster: string;
  readonly service: string;
  /** Family of the service's own task definition. */
  readonly family: string;
  readonly passedRoleArns: readonly string[];
  readonly logGroupArns?: readonly string[];
}

/** The ARNs of a side, made from its names, also for a side that no construct of this library made. */
export function operatedSide(scope: IConstruct, side: NamedSide): OperatedSide {
  const stack = Stack.of(scope);
  const ecs = (resource: string, resourceName: string) =>
    stack.formatArn({
      service: "ecs",
      resource,
      resourceName,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  return {
    clusterArn: ecs("cluster", side.cluster),
    serviceArn: ecs("service", `${side.cluster}/${side.service}`),
    tasksArn: ecs("task", `${side.cluster}/*`),
    taskDefinitionsArn: ecs("task-definition", `${side.family}:*`),
    passedRoleArns: side.passedRoleArns,
    logGroupArns: side.logGroupArns ?? [],
  };
}
