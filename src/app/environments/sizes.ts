import type { SideName } from "../../domain/configuration.ts";
import { pendingRequest } from "../../domain/environment/requests.ts";
import type { EnvironmentState, Flip } from "../../domain/environment/state.ts";
import { standbyOf } from "../../domain/environment/state.ts";
import type { Side, SideObservation, SideRuntime } from "../../ports/side-runtime.ts";
import { isSettled } from "./find-drift.ts";
import { sideOf } from "./side-of.ts";

/** Whether the side that is to get traffic can take it, or what it still lacks, in one line. */
export type Readiness =
  | { readonly ready: true }
  | { readonly ready: false; readonly lacks: string };

const READY: Readiness = { ready: true };

/**
 * Brings the side that a flip goes to up to the size of the one that it leaves, and tells whether as
 * many of its tasks are healthy. Only services of ECS have sizes that differ. Repeating it is harmless.
 */
export async function makeReady(
  state: EnvironmentState,
  { from, to }: Flip,
  runtime: SideRuntime,
): Promise<Readiness> {
  const target = sideOf(state, to);
  const source = sideOf(state, from);
  if (target?.runsOn.runtime !== "ecs" || !source) return READY;
  const { serving } = await runtime.observe(target);
  if (!serving) return { ready: false, lacks: `${to} runs no release that Verdigris deployed` };
  const wanted = await sizeToServe(state, source, runtime);
  if (serving.tasksWanted < wanted) await runtime.scale(target, wanted);
  if (serving.tasksHealthy >= wanted) return READY;
  return { ready: false, lacks: healthyOf(to, serving.tasksHealthy, wanted) };
}

/** What a flip to the side waits for, in one line, where it is decided and its tasks are what holds it up. */
export function waitsFor(
  state: EnvironmentState,
  { to, submittedAt }: Flip,
  observation: SideObservation | undefined,
): string | undefined {
  const { serving } = observation ?? {};
  if (submittedAt !== undefined || sideOf(state, to)?.runsOn.runtime !== "ecs" || !serving) return;
  const { tasksHealthy, tasksWanted } = serving;
  return tasksHealthy < tasksWanted ? healthyOf(to, tasksHealthy, tasksWanted) : undefined;
}

function healthyOf(side: SideName, healthy: number, wanted: number): string {
  return `${healthy} of ${wanted} tasks of ${side} are healthy`;
}

/**
 * What the size of the standby is to be while nothing moves: that of the live side once its flip is
 * approved, so that the flip needn't wait for tasks to start, and otherwise the configured floor.
 * Undefined where it is left as it is.
 */
export async function fitStandby(state: EnvironmentState, runtime: SideRuntime): Promise<void> {
  const standby = standbyOf(state);
  const side = standby && sideOf(state, standby);
  if (side?.runsOn.runtime !== "ecs" || state.flip || !isSettled(state)) return;
  const request = pendingRequest(state);
  const { standbyTasks } = state.configured?.configuration ?? {};
  if (request?.status === "open" || (!request && standbyTasks === undefined)) return;
  const { serving } = await runtime.observe(side);
  if (!serving) return;
  const live = sideOf(state, state.live);
  const approved = request && live ? await sizeToServe(state, live, runtime) : undefined;
  const wanted = approved === undefined ? standbyTasks : Math.max(approved, serving.tasksWanted);
  if (wanted !== undefined && wanted !== serving.tasksWanted) await runtime.scale(side, wanted);
}

/** As many tasks as serve now, and never fewer than are configured. */
async function sizeToServe(
  state: EnvironmentState,
  source: Side,
  runtime: SideRuntime,
): Promise<number> {
  const fewest = state.configured?.configuration.process.tasks ?? 1;
  const { serving } = await runtime.observe(source);
  return Math.max(fewest, serving?.tasksWanted ?? 0);
}
