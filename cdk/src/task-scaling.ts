import type * as ecs from "aws-cdk-lib/aws-ecs";
import type * as elb from "aws-cdk-lib/aws-elasticloadbalancingv2";

/**
 * How many tasks a side may have. Application Auto Scaling then sets the count between these bounds,
 * a standby's too: it has `minTasks` when a flip sends everyone to it, unless the operator raised it.
 */
export interface TaskScaling {
  /** At least 1. Not below `tasks` of the environment in verdigris.yaml, or the two will disagree. */
  readonly minTasks: number;
  readonly maxTasks: number;
  /**
   * CPU use to hold, in per cent of what the tasks have.
   *
   * @default 60
   */
  readonly cpuPercent?: number;
  /**
   * Requests a minute for each task to hold.
   *
   * @default - not looked at
   */
  readonly requestsPerMinute?: number;
}

/** Lets Application Auto Scaling set the number of tasks of a side's service. */
export function scaleTasks(
  service: ecs.BaseService,
  targets: elb.ApplicationTargetGroup,
  scaling: TaskScaling,
): void {
  if (scaling.minTasks < 1 || scaling.maxTasks < scaling.minTasks) {
    throw new Error(
      `${service.node.path}: tasks can't scale from ${scaling.minTasks} to ${scaling.maxTasks}; ` +
        "minTasks must be at least 1 and maxTasks not below it.",
    );
  }
  const count = service.autoScaleTaskCount({
    minCapacity: scaling.minTasks,
    maxCapacity: scaling.maxTasks,
  });
  count.scaleOnCpuUtilization("Cpu", { targetUtilizationPercent: scaling.cpuPercent ?? 60 });
  if (scaling.requestsPerMinute !== undefined) {
    count.scaleOnRequestCount("Requests", {
      requestsPerTarget: scaling.requestsPerMinute,
      targetGroup: targets,
    });
  }
}
