import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import type { AwsClient } from "../clients.ts";
import { inTime } from "../clients.ts";

/** Where a container's lines are in CloudWatch Logs. */
export interface LogPlace {
  readonly group: string;
  /** The region that the log driver writes to, where it names one. */
  readonly region?: string;
  /** How the names of its streams begin; a group may hold other containers' streams too. */
  readonly streamPrefix?: string;
}

/** @throws Error with the reason, where the lines aren't in CloudWatch Logs by the awslogs driver */
export function logPlaceOf(container: ContainerDefinition): LogPlace {
  const { logDriver, options = {} } = container.logConfiguration ?? {};
  const what = `Lines of the container ${container.name} can't be shown`;
  if (logDriver !== "awslogs") {
    throw new Error(
      `${what}: its log driver is ${logDriver ?? "not set"}, and only awslogs is read.`,
    );
  }
  const {
    "awslogs-group": group,
    "awslogs-region": region,
    "awslogs-stream-prefix": prefix,
  } = options;
  if (!group) throw new Error(`${what}: its log configuration names no awslogs-group.`);
  return {
    group,
    ...(region ? { region } : {}),
    // `prefix/container/task` (ECS Developer Guide, "awslogs log driver options").
    ...(prefix ? { streamPrefix: `${prefix}/${container.name}/` } : {}),
  };
}

/** FilterLogEvents takes no earlier start when it begins with the latest lines (CloudWatch Logs API). */
const EARLIEST = Date.UTC(2024, 0, 1);

/** Pages may be short or empty and still be followed by others. */
const MOST_PAGES = 10;

/** The most lines that one call returns. */
const MOST_LINES = 10_000;

/**
 * The last lines since a time, oldest first.
 * @param since epoch milliseconds
 */
export async function lastLogLines(
  client: AwsClient<"logs">,
  { group, streamPrefix }: LogPlace,
  since: number,
  lastLines: number,
): Promise<readonly string[]> {
  const found: { at: number; message: string }[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES && found.length < lastLines; page += 1) {
    const command = new FilterLogEventsCommand({
      logGroupName: group,
      ...(streamPrefix === undefined ? {} : { logStreamNamePrefix: streamPrefix }),
      startTime: Math.max(EARLIEST, since),
      startFromHead: false,
      limit: Math.min(MOST_LINES, lastLines),
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    const answer = await client.send(command, inTime());
    for (const { timestamp = 0, message = "" } of answer.events ?? []) {
      found.push({ at: timestamp, message });
    }
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  const newestFirst = found.sort((a, b) => b.at - a.at).slice(0, lastLines);
  return newestFirst.reverse().map(({ message }) => message.replace(/\r?\n$/, ""));
}
