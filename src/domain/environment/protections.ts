import type { SideName } from "../configuration.ts";
import type { Refusal } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import type { ConfiguredState } from "./state.ts";
import { showSide } from "./state.ts";

/** The first protection that speaks against going on; undefined when none does. */
export function firstRefusal(
  ...protections: readonly (Refusal | undefined)[]
): Refusal | undefined {
  return protections.find((protection) => protection !== undefined);
}

export function whileFrozen(state: ConfiguredState): Refusal | undefined {
  if (!state.freeze) return undefined;
  const { by, reason, at } = state.freeze;
  return refuse(
    "frozen",
    `${state.name} was frozen by ${by}: ${reason}. Nothing was changed. \`verdigris unfreeze ${state.name}\` lifts it; a revert works all the same.`,
    { by, reason, at },
  );
}

/** While traffic moves, and after that while late clients still reach the old side (G1). */
export function whileFlipping(state: ConfiguredState): Refusal | undefined {
  const { flip } = state;
  if (!flip) return undefined;
  const { phase, blocked } = state.traffic;
  const details = { flip: flip.id, from: flip.from, to: flip.to, phase, revision: state.revision };
  if (blocked) {
    return refuse(
      "flip_in_flight",
      `${flip.kind} ${flip.id} of ${state.name} from ${flip.from} to ${flip.to} is blocked: ${blocked.reason}. Nothing was changed. ${wayOn(state)}`,
      { ...details, blocked },
    );
  }
  if (phase === "in-sync" && state.live === flip.to) {
    return refuse(
      "draining",
      `${showSide(state, flip.from)} of ${state.name} is draining after ${flip.kind} ${flip.id}: clients with cached answers may still reach it. Nothing was changed. Try again when the ${flip.kind} is completed; \`verdigris revert ${state.name}\` works now.`,
      details,
    );
  }
  return refuse(
    "flip_in_flight",
    `${flip.kind} ${flip.id} of ${state.name} from ${flip.from} to ${flip.to} is in flight (records ${phase}). Nothing was changed. Wait for it, or end it with \`verdigris abort ${state.name}\`.`,
    details,
  );
}

/** Records of an earlier decision that are not in the zone yet: another change would be built on sand. */
export function whileRecordsAreUnsettled(state: ConfiguredState): Refusal | undefined {
  const { phase, blocked } = state.traffic;
  if (phase === "in-sync" || state.flip) return undefined;
  const reason = blocked ? `: ${blocked.reason}` : "";
  return refuse(
    "flip_in_flight",
    `The records of ${state.name} are not settled yet (${phase}${reason}). Nothing was changed. ${wayOn(state)}`,
    { phase, ...(blocked ? { blocked } : {}) },
  );
}

/** What a person can do about records that are not in sync. */
export function wayOn({ name, traffic: { blocked } }: ConfiguredState): string {
  if (!blocked) return "Try again in a moment.";
  return blocked.code === "drift"
    ? `\`verdigris drift ${name} --mend\` mends the records and goes on.`
    : `Mend the cause, then \`verdigris resume ${name}\`.`;
}

export function whileDeploying(state: ConfiguredState, side: SideName): Refusal | undefined {
  const deployment = state.sides[side]?.deployment;
  if (deployment?.state !== "in-flight") return undefined;
  return refuse(
    "deployment_in_flight",
    `Deployment ${deployment.id} of ${deployment.release.id} to ${showSide(state, side)} of ${state.name} is in flight. Nothing was changed. Try again when it has ended: \`verdigris status\`.`,
    { deployment: deployment.id, release: deployment.release.id, side },
  );
}

/** G11: nothing is deployed or flipped over drift of the records or of the sides concerned. */
export function whileDrifted(
  state: ConfiguredState,
  sides: readonly SideName[],
): Refusal | undefined {
  const items = state.drift.filter((item) => item.side === undefined || sides.includes(item.side));
  const first = items[0];
  if (!first) return undefined;
  return refuse(
    "drift",
    `${state.name} has drifted: expected ${first.expected}, found ${first.found}. Nothing was changed. \`${first.mend}\` mends it.`,
    { drift: items },
  );
}

export function whenAnotherRelease(
  wanted: string | undefined,
  present: string | undefined,
  state: ConfiguredState,
  side: SideName,
): Refusal | undefined {
  if (wanted === undefined || wanted === present) return undefined;
  return refuse(
    "stale_candidate",
    `${showSide(state, side)} of ${state.name} holds release ${present ?? "none"}, not ${wanted}. Nothing was changed. Look at what is there now before you decide.`,
    { wanted, present: present ?? null, side, revision: state.revision },
  );
}
