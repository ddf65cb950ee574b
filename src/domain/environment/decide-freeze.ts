import type { Asked } from "../batch.ts";
import type { Decision } from "../refusal.ts";
import type { Freeze } from "./commands.ts";
import type { EnvironmentEvent } from "./events.ts";
import type { ConfiguredState } from "./state.ts";

/** From now on nothing is deployed or flipped; a revert still works, and what is in flight goes on. */
export function decideFreeze(
  state: ConfiguredState,
  { meta }: Asked<Freeze>,
): Decision<EnvironmentEvent> {
  if (state.freeze) return [];
  return [
    { type: "EnvironmentFrozen", by: meta.actor.name, reason: meta.reason ?? "no reason given" },
  ];
}

export function decideUnfreeze(state: ConfiguredState): Decision<EnvironmentEvent> {
  return state.freeze ? [{ type: "EnvironmentUnfrozen" }] : [];
}
