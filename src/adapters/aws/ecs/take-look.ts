import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { Clock } from "../../../ports/clock.ts";
import type { Side } from "../../../ports/side-runtime.ts";
import type { EcsService } from "./ecs-service.ts";
import { Look } from "./look.ts";
import { readServiceTags } from "./service-tags.ts";

/** One DescribeServices, and a DescribeTaskDefinition for each task definition not seen before. */
export async function takeLook(service: EcsService, side: Side, clock: Clock): Promise<Look> {
  const takenAt = clock.elapsed();
  const { service: found, answeredAt } = await service.describe();
  const arns = new Set(
    (found.deployments ?? []).flatMap(({ taskDefinition }) => taskDefinition ?? []),
  );
  const { taskDefinition: registered } = readServiceTags(found.tags ?? []);
  const [any] = arns;
  if (any && registered) arns.add(any.replace(/[^/]*$/, registered));
  const taskDefinitions = new Map<string, TaskDefinition>();
  await Promise.all(
    [...arns].map(async (arn) => {
      const described = await service.taskDefinition(arn);
      if (described) taskDefinitions.set(arn, described.taskDefinition);
    }),
  );
  const now = answeredAt ?? clock.now();
  return new Look({ side, service: found, taskDefinitions, takenAt, now });
}
