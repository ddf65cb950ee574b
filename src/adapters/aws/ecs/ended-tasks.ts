import type { Task } from "@aws-sdk/client-ecs";
import type { SideObservation } from "../../../ports/side-runtime.ts";
import type { Look } from "./look.ts";
import { isRollback } from "./rollouts.ts";
import {
  brief,
  endedByItself,
  stoppedAt,
  stopReason,
  troubleOf,
  withoutService,
} from "./stop-reason.ts";
import { labelled, nameOf } from "./task-definition.ts";

type Serving = NonNullable<SideObservation["serving"]>;

/** Ends of the serving tasks, as far back as ECS remembers stopped tasks: an hour. */
export function restartsOf(
  { serving }: Look,
  stopped: readonly Task[],
): Pick<Serving, "restarts" | "lastExit"> {
  const ended = stopped
    .filter((task) => task.taskDefinitionArn === serving?.arn && endedByItself(task))
    .sort((a, b) => stoppedAt(b) - stoppedAt(a));
  const [last] = ended;
  if (!serving || !last) return { restarts: 0 };
  const reason = stopReason(last, labelled(serving.taskDefinition)?.name);
  return { restarts: ended.length, lastExit: { at: stoppedAt(last), reason } };
}

/** Why the newest deployment isn't what serves, in one line. */
export function failureOf(look: Look, stopped: readonly Task[], afterSeconds?: number): string {
  const own = look.rollouts.filter((one) => look.isNewest(one));
  const arns = new Set([look.registered?.taskDefinitionArn, ...own.map(({ arn }) => arn)]);
  const tasks = stopped.filter(({ taskDefinitionArn }) => arns.has(taskDefinitionArn));
  const taskDefinition = look.registered ?? own[0]?.taskDefinition;
  const container = taskDefinition && labelled(taskDefinition)?.name;
  const trouble = troubleOf(tasks, look.events, container);
  if (afterSeconds !== undefined) {
    return brief(`not healthy after ${afterSeconds} s${trouble ? `: ${trouble}` : ""}`);
  }
  if (!look.wasGivenUp) {
    return `the service was given task definition ${nameOf(look.primary?.arn)} by somebody else`;
  }
  const failed = own.find(({ state }) => state === "failed") ?? look.rollouts.find(isRollback);
  const ended = look.events.find(({ message }) => message?.includes("deployment failed"));
  return trouble ?? brief(failed?.deployment.rolloutStateReason ?? withoutService(ended?.message));
}
