import type { ServiceEvent, Task } from "@aws-sdk/client-ecs";

/** The longest reason, in characters; a tag of the service holds little more. */
const LONGEST_REASON = 220;

/**
 * Why a task ended, in one line, told apart by what mends it. The texts are those of the ECS Developer
 * Guide, "Amazon ECS stopped tasks error messages" and "Amazon ECS service event messages".
 * @param container the one that Verdigris deploys, whose end counts first
 */
export function stopReason(task: Task, container: string | undefined): string {
  const containers = [...(task.containers ?? [])].sort(
    (a, b) => Number(b.name === container) - Number(a.name === container),
  );
  const texts = [...containers.map(({ reason }) => reason), task.stoppedReason];
  const text = texts.filter(Boolean).join(" ");
  const known = KNOWN.find(([pattern]) => pattern.test(text));
  if (known) return brief(`${known[1]}: ${texts.find((one) => one && known[0].test(one)) ?? text}`);
  const exited = containers.find(({ exitCode }) => exitCode !== undefined && exitCode !== 0);
  const ended =
    exited ?? (task.stopCode === "EssentialContainerExited" ? containers[0] : undefined);
  if (ended) {
    const code = ended.exitCode === undefined ? "" : ` with code ${ended.exitCode}`;
    const why = ended.reason ?? (ended.exitCode === 137 ? "killed, or out of memory" : undefined);
    return brief(`container ${ended.name} exited${code}${why ? `: ${why}` : ""}`);
  }
  return brief(text || task.stopCode || "it gave no reason");
}

const IMAGE_MISSING =
  /CannotPull.*(not found|manifest unknown|does not exist|no such (image|manifest))|ImageNotFound|manifest for .* not found/i;
const IMAGE_DENIED =
  /CannotPull.*(denied|not authorized|unauthorized|no basic auth|403|forbidden|authorization)/i;
const PERMISSION =
  /unable to assume|AccessDenied|is not authorized to perform|not authorized to assume/i;

const KNOWN: readonly (readonly [RegExp, string])[] = [
  [IMAGE_MISSING, "the image was not found"],
  [IMAGE_DENIED, "the image may not be pulled"],
  [/CannotPull|pull image|pulling image/i, "the image can not be pulled"],
  [PERMISSION, "a permission is missing"],
  [/ResourceInitializationError/, "the task could not be set up"],
  [
    /failed ELB health checks|failed Elastic Load Balancing/i,
    "health check of the load balancer fails",
  ],
  [/failed container health checks/i, "health check of the container fails"],
  [/OutOfMemory/i, "the container ran out of memory"],
  [/RESOURCE:|Capacity is unavailable/i, "there is no capacity for the task"],
  [/spot interruption|spot task was interrupted/i, "the spot capacity was taken back"],
];

/** Whether the task ended by itself, and not because it was scaled in, replaced or stopped by a person. */
export function endedByItself(task: Task): boolean {
  const { stopCode, stoppedReason = "" } = task;
  if (stopCode === "UserInitiated") return false;
  if (stopCode === "ServiceSchedulerInitiated")
    return /failed .*health checks/i.test(stoppedReason);
  return stopCode !== undefined || stoppedReason !== "";
}

/**
 * What keeps a deployment from getting healthy: of its tasks that ended, or else what the service's
 * events say since it began. Undefined when neither tells.
 */
export function troubleOf(
  stopped: readonly Task[],
  events: readonly ServiceEvent[],
  container: string | undefined,
): string | undefined {
  const [newest] = stopped.filter(endedByItself).sort((a, b) => stoppedAt(b) - stoppedAt(a));
  const unhealthy = events.find(({ message }) => /is unhealthy in/.test(message ?? ""))?.message;
  if (newest) {
    const reason = stopReason(newest, container);
    const why = /due to (.+)$/.exec(unhealthy ?? "")?.[1];
    return why && /health check of the load balancer/.test(reason)
      ? brief(`${reason} ${why}`)
      : reason;
  }
  const event = events.find(({ message }) => EVENTS.some(([known]) => known.test(message ?? "")));
  const known = EVENTS.find(([pattern]) => pattern.test(event?.message ?? ""));
  return event && known ? brief(`${known[1]}: ${withoutService(event.message)}`) : undefined;
}

const EVENTS: readonly (readonly [RegExp, string])[] = [
  [PERMISSION, "a permission is missing"],
  [
    /unable to place a task|RESOURCE:|capacity is unavailable|ECS was unable to/i,
    "there is no capacity",
  ],
  [/is unhealthy in/i, "health check of the load balancer fails"],
  [/unable to consistently start tasks/i, "tasks can not be started"],
];

export function stoppedAt(task: Task): number {
  return (task.stoppedAt ?? task.stoppingAt ?? task.createdAt)?.getTime() ?? 0;
}

/** Of a service event, which begins with `(service rainbow)`. */
export function withoutService(message = "ECS ended the deployment"): string {
  return message.replace(/^\(?service [^)\s]+\)? ?/, "");
}

export function brief(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= LONGEST_REASON ? line : `${line.slice(0, LONGEST_REASON - 3)}...`;
}
