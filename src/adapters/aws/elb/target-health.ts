import { DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsFault } from "../aws-errors.ts";
import type { AwsClient } from "../clients.ts";
import { inTime } from "../clients.ts";

/**
 * How many targets are healthy in every one of the target groups; rejects with an AwsFault. A target
 * counts only in the state `healthy`: not while it is registered, drained, or its group is used
 * by no load balancer (ELB API, TargetHealth).
 */
export async function healthyTargets(
  client: AwsClient<"elb">,
  targetGroups: readonly string[],
): Promise<number> {
  const counts = await Promise.all(
    targetGroups.map(async (TargetGroupArn) => {
      try {
        const command = new DescribeTargetHealthCommand({ TargetGroupArn });
        const { TargetHealthDescriptions = [] } = await client.send(command, inTime());
        return TargetHealthDescriptions.filter((one) => one.TargetHealth?.State === "healthy")
          .length;
      } catch (error) {
        throw new AwsFault(
          `The health of the targets of ${TargetGroupArn} can't be asked for`,
          error,
        );
      }
    }),
  );
  return Math.min(...counts);
}
