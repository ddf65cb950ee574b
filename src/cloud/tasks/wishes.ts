import type { DeploymentSpec } from "../control/protocol.ts";
import { fitTasks } from "./fit-tasks.ts";
import type { ServiceRecord } from "./service-record.ts";

/**
 * Takes a deployment in as the newest wish. One below the fence is ignored, unless it names the
 * fence as what it replaces; the newest one again
 * changes nothing, unless it failed and comes with a higher revision; what serves already makes
 * any deployment beside it superfluous.
 */
export function deployTo(record: ServiceRecord, spec: DeploymentSpec, now: number): ServiceRecord {
  const { highestRevision } = record;
  if (spec.revision < highestRevision && spec.replaces !== highestRevision) return record;
  const { pending, ...rest } = { ...record, highestRevision: spec.revision };
  if (pending?.spec.id === spec.id && !isRetry(pending.state, pending.spec, spec)) {
    return { ...rest, pending };
  }
  if (record.serving?.id === spec.id) return fitTasks(rest);
  return fitTasks({ ...rest, pending: { spec, state: "starting", since: now } });
}

function isRetry(state: "starting" | "failed", before: DeploymentSpec, again: DeploymentSpec) {
  return state === "failed" && again.revision > before.revision;
}

/** Changes how many tasks are wanted of what serves, and of what is about to. */
export function scaleTo(record: ServiceRecord, tasks: number): ServiceRecord {
  const { serving, pending } = record;
  return fitTasks({
    ...record,
    ...(serving && { serving: { ...serving, tasks } }),
    ...(pending && { pending: { ...pending, spec: { ...pending.spec, tasks } } }),
  });
}
