import { Template } from "aws-cdk-lib/assertions";
import { expect, test } from "vitest";
import { benchWithStack, only } from "../test/stacks.ts";
import { SingleCluster } from "./single-cluster.ts";
import type { TaskScaling } from "./task-scaling.ts";

function scaled(scaling?: TaskScaling) {
  const { stack, least } = benchWithStack();
  new SingleCluster(stack, "Test", { ...least, scaling, clusterName: "rainbow-test" });
  return { stack, template: Template.fromStack(stack) };
}

test("Application Auto Scaling sets the number of tasks within its bounds, and the service none", () => {
  const { stack } = scaled({ minTasks: 2, maxTasks: 8 });
  expect(only(stack, "AWS::ApplicationAutoScaling::ScalableTarget").Properties).toMatchObject({
    MinCapacity: 2,
    MaxCapacity: 8,
    ScalableDimension: "ecs:service:DesiredCount",
  });
  expect(only(stack, "AWS::ECS::Service").Properties).not.toHaveProperty("DesiredCount");
});

test("tasks follow CPU, and requests where they are asked for", () => {
  const policies = (scaling: TaskScaling) =>
    Object.values(
      scaled(scaling).template.findResources("AWS::ApplicationAutoScaling::ScalingPolicy"),
    ).map(({ Properties: { TargetTrackingScalingPolicyConfiguration: how } }) => [
      how.PredefinedMetricSpecification.PredefinedMetricType,
      how.TargetValue,
    ]);
  const cpu = ["ECSServiceAverageCPUUtilization", 60];
  expect(policies({ minTasks: 1, maxTasks: 2 })).toEqual([cpu]);
  expect(policies({ minTasks: 1, maxTasks: 2, requestsPerMinute: 600 })).toEqual([
    cpu,
    ["ALBRequestCountPerTarget", 600],
  ]);
});

test("the operator alone sets the number of tasks unless asked otherwise", () => {
  scaled().template.resourceCountIs("AWS::ApplicationAutoScaling::ScalableTarget", 0);
});

test("bounds that hold no number of tasks are refused", () => {
  expect(() => scaled({ minTasks: 0, maxTasks: 2 })).toThrow("can't scale from 0 to 2");
  expect(() => scaled({ minTasks: 3, maxTasks: 2 })).toThrow("can't scale from 3 to 2");
});
