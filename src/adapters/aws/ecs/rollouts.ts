import type { Deployment, Service, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Side } from "../../../ports/side-runtime.ts";
import type { DeploymentLabels } from "./task-definition.ts";
import { labelsOf } from "./task-definition.ts";

/** One of ECS' deployments of a service. */
export interface Rollout {
  /** Of its task definition. */
  readonly arn: string;
  readonly deployment: Deployment;
  readonly taskDefinition: TaskDefinition;
  /** Of Verdigris' deployment; absent when somebody else registered the task definition. */
  readonly labels?: DeploymentLabels;
  readonly isPrimary: boolean;
  readonly state: "in-progress" | "completed" | "failed";
}

/** Newest first. */
export function rolloutsOf(
  service: Service,
  taskDefinitions: ReadonlyMap<string, TaskDefinition>,
  side: Side,
): readonly Rollout[] {
  return (service.deployments ?? [])
    .map((deployment): Rollout => {
      const arn = deployment.taskDefinition ?? "";
      const taskDefinition = taskDefinitions.get(arn) ?? {};
      const labels = labelsOf(taskDefinition, side);
      return {
        arn,
        deployment,
        taskDefinition,
        ...(labels ? { labels } : {}),
        isPrimary: deployment.status === "PRIMARY",
        state: stateOf(deployment, service),
      };
    })
    .sort((a, b) => startedAt(b) - startedAt(a));
}

/** Epoch milliseconds. */
export function startedAt({ deployment }: Rollout): number {
  return deployment.createdAt?.getTime() ?? 0;
}

/** ECS makes a new deployment when its circuit breaker or an alarm takes the service back. */
export function isRollback({ deployment }: Rollout): boolean {
  return /roll(ing|ed)? ?back/i.test(deployment.rolloutStateReason ?? "");
}

function stateOf(deployment: Deployment, service: Service): Rollout["state"] {
  const { id, rolloutState } = deployment;
  if (rolloutState === "FAILED") return "failed";
  if (rolloutState === "COMPLETED") return "completed";
  if (rolloutState === undefined)
    return isSteady(deployment, service) ? "completed" : "in-progress";
  // What was completed once stays so, whatever a change of its size makes of the rollout's state.
  const completed = `(deployment ${id}) deployment completed`;
  const isKnown = service.events?.some(({ message }) => message?.includes(completed));
  return isKnown ? "completed" : "in-progress";
}

/** The state is not told behind a Classic Load Balancer (ECS API, Deployment): then the counts tell. */
function isSteady(
  { status, runningCount = 0, pendingCount }: Deployment,
  service: Service,
): boolean {
  if (status !== "PRIMARY") return true;
  const { deployments = [], desiredCount = 0 } = service;
  return deployments.length === 1 && !pendingCount && runningCount >= desiredCount;
}
