import type { ReportDeployment } from "../../domain/environment/commands.ts";
import type { Deployment, EnvironmentState } from "../../domain/environment/state.ts";
import type { SideRuntime } from "../../ports/side-runtime.ts";
import { sideOf } from "./side-of.ts";

/**
 * Asks the runtime for what a deployment in flight wants and tells what came of it; undefined while
 * that is not known. The runtime alone ends a deployment that takes too long: what the operator
 * gave up could still become healthy, behind a side that has got traffic by then.
 */
export async function carryOutDeployment(
  state: EnvironmentState,
  deployment: Deployment,
  runtime: SideRuntime,
): Promise<ReportDeployment["result"] | undefined> {
  const configuration = state.configured?.configuration;
  const side = sideOf(state, deployment.side);
  if (!configuration || !side) return { ok: false, reason: "the side is no longer configured" };
  await runtime.prepare(side);
  await runtime.deploy(side, {
    id: deployment.id,
    revision: deployment.revision,
    ...(deployment.replaces === undefined ? {} : { replaces: deployment.replaces }),
    releaseId: deployment.release.id,
    artifact: deployment.release.artifact,
    process: configuration.process,
    healthTimeoutSeconds: configuration.deployTimeoutSeconds,
  });
  const { serving, pending } = await runtime.observe(side);
  if (serving?.deploymentId === deployment.id) return { ok: true };
  if (pending?.deploymentId === deployment.id && pending.state === "failed") {
    return { ok: false, reason: pending.reason ?? "the runtime gave no reason" };
  }
  return undefined;
}
