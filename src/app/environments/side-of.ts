import type { SideName } from "../../domain/configuration.ts";
import { sideNames } from "../../domain/configuration.ts";
import type { EnvironmentState } from "../../domain/environment/state.ts";
import type { Side } from "../../ports/side-runtime.ts";

/** A side as its runtime finds it; undefined when it isn't configured. */
export function sideOf(state: EnvironmentState, side: SideName): Side | undefined {
  const runsOn = state.configured?.configuration.sides[side];
  return runsOn && { environment: state.name, side, runsOn };
}

/** Every configured side. */
export function sidesOf(state: EnvironmentState): readonly Side[] {
  const configuration = state.configured?.configuration;
  if (!configuration) return [];
  return sideNames(configuration).flatMap((side) => sideOf(state, side) ?? []);
}
