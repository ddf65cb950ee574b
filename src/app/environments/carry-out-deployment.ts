import type { ReportDeployment } from "../../domain/environment/commands.ts";
import type { Deployment, EnvironmentState } from "../../domain/environment/state.ts";
import type { SideRuntime } from "../../ports/side-runtime.ts";

/** Past the time in which the runtime itself must tell, so that a silent runtime can't hold a side for ever. */
const SILENCE_MS = 30_000;

/**
 * Asks the runtime for what a deployment in flight wants and tells what came of it; undefined while
 * that is not known.
 */
export async function carryOutDeployment(
  state: EnvironmentState,
  deployment: Deployment,
  runtime: SideRuntime,
  now: number,
): Promise<ReportDeployment["result"] | undefined> {
  const configuration = state.configured?.configuration;
  const side = configuration?.sides[deployment.side];
  if (!configuration || !side) return { ok: false, reason: "the side is no longer configured" };
  const ref = { environment: state.name, side: deployment.side };
  const timeoutMs = configuration.deployTimeoutSeconds * 1000;
  await runtime.prepare(ref, side);
  await runtime.deploy(ref, {
    id: deployment.id,
    revision: deployment.revision,
    releaseId: deployment.release.id,
    artifact: deployment.release.artifact,
    process: configuration.process,
    healthTimeoutSeconds: configuration.deployTimeoutSeconds,
  });
  const { serving, pending } = await runtime.observe(ref);
  if (serving?.deploymentId === deployment.id) return { ok: true };
  if (pending?.deploymentId === deployment.id && pending.state === "failed") {
    return { ok: false, reason: pending.reason ?? "the runtime gave no reason" };
  }
  if (now < deployment.startedAt + timeoutMs + SILENCE_MS) return undefined;
  return {
    ok: false,
    reason: `not healthy within ${configuration.deployTimeoutSeconds} s, and the runtime does not say why`,
  };
}
