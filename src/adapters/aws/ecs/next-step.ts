import type { SideDeployment } from "../../../ports/side-runtime.ts";
import { alteredOf } from "./altered.ts";
import type { Look } from "./look.ts";
import { startedAt } from "./rollouts.ts";

/** What a wish for a deployment asks of the service as it was found. */
export type NextStep =
  | { readonly kind: "nothing" }
  /** The service runs it already; only its tags don't say so. */
  | { readonly kind: "record"; readonly arn: string }
  /** What serves is to stay, and something else is on its way. */
  | { readonly kind: "return"; readonly arn: string }
  | { readonly kind: "register" }
  /** It has failed, which isn't on record, or the service wasn't put back yet. */
  | { readonly kind: "end"; readonly afterSeconds?: number };

/** Decides on what was found alone; the rules are those of `SideRuntime.deploy`. */
export function nextStep(look: Look, deployment: SideDeployment): NextStep {
  const { newest, serving, primary } = look;
  if (newest && isSuperseded(look, deployment)) return { kind: "nothing" };
  if (newest?.id === deployment.id) {
    const isTriedAnew =
      newest.state === "failed" || newest.state === "lost" || alteredOf(look) !== undefined;
    return isTriedAnew && deployment.revision > newest.revision
      ? { kind: "register" }
      : sameAgain(look, deployment);
  }
  if (serving?.labels?.deploymentId === deployment.id) {
    const { arn } = serving;
    return primary?.arn === arn ? { kind: "record", arn } : { kind: "return", arn };
  }
  return { kind: "register" };
}

/** Whether a newer deployment was asked for, other than one that this takes the place of. */
export function isSuperseded({ newest }: Look, { revision, replaces }: SideDeployment): boolean {
  return newest !== undefined && revision < newest.revision && replaces !== newest.revision;
}

function sameAgain(look: Look, { revision, healthTimeoutSeconds }: SideDeployment): NextStep {
  const { primary, tags, newest, seen } = look;
  switch (newest?.state) {
    case "failed":
      return isLeftRunning(look) ? { kind: "end" } : { kind: "nothing" };
    case "lost":
      return { kind: "end" };
    case "starting": {
      const since = primary && look.isNewest(primary) ? startedAt(primary) : seen.now;
      if (seen.now - since > healthTimeoutSeconds * 1000)
        return { kind: "end", afterSeconds: healthTimeoutSeconds };
    }
  }
  const isRecorded = tags.deployment?.id === newest?.id && tags.deployment?.revision === revision;
  const own = look.rollouts.find((one) => look.isNewest(one));
  return isRecorded || !own ? { kind: "nothing" } : { kind: "record", arn: own.arn };
}

/** A deployment that failed must not get healthy behind a side that has traffic by then. */
export function isLeftRunning(look: Look): boolean {
  const { primary, last, seen } = look;
  if (!primary || !look.isNewest(primary)) return false;
  if (last !== undefined) return true;
  // ECS starts no more tasks of a deployment that it has failed itself (ECS API, Deployment).
  // A service that runs on every instance has no number of tasks that could be 0.
  const { desiredCount = 0, schedulingStrategy } = seen.service;
  return primary.state !== "failed" && desiredCount > 0 && schedulingStrategy !== "DAEMON";
}
