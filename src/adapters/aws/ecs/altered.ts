import type { Look } from "./look.ts";
import type { Rollout } from "./rollouts.ts";
import { differences, nameOf } from "./task-definition.ts";

/**
 * What somebody else changed of what the service runs, in one line: its task definition isn't the
 * one that Verdigris registered for the newest deployment, nor what was before it while that starts or
 * has failed. Undefined when it is.
 */
export function alteredOf(look: Look): string | undefined {
  const { primary, newest, tags } = look;
  if (!newest || !primary) return undefined;
  const name = nameOf(primary.arn);
  const runs = `the service runs task definition ${name}`;
  if (primary.labels && look.isNewest(primary)) return copied(look, primary, runs);
  const { before } = tags;
  if (look.isUnsettled && (primary.labels || before?.taskDefinition === name)) return undefined;
  return primary.labels
    ? `${runs}, of the earlier deployment ${primary.labels.deploymentId}`
    : `${runs}, which Verdigris did not register${by(primary)}`;
}

/** A copy that somebody made has the labels too; that of a writer that raced is equal. */
function copied({ registered, tags }: Look, primary: Rollout, runs: string): string | undefined {
  if (!registered || nameOf(primary.arn) === tags.taskDefinition) return undefined;
  const different = differences(registered, primary.taskDefinition);
  if (different.length === 0) return undefined;
  return `${runs}, which differs from ${tags.taskDefinition} in ${different.join(", ")}${by(primary)}`;
}

function by({ taskDefinition: { registeredBy } }: Rollout): string {
  return registeredBy ? ` (registered by ${registeredBy})` : "";
}
