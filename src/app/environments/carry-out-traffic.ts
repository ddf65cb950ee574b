import type { EnvironmentState, TrafficDecision } from "../../domain/environment/state.ts";
import { fencedRevision } from "../../domain/environment/traffic.ts";
import type { RecordSet } from "../../domain/records.ts";
import { differencesBetween, sameRecords } from "../../domain/records.ts";
import type { TrafficZone, Urgency } from "../../ports/traffic-zone.ts";

export type Carried =
  | { readonly kind: "submitted"; readonly changeId: string }
  /** The zone already obeys a newer decision than the one this process knows (G5). */
  | { readonly kind: "behind"; readonly fence: number }
  | { readonly kind: "unavailable"; readonly reason: string }
  | {
      readonly kind: "blocked";
      readonly code: "drift" | "forbidden" | "records_exist";
      readonly reason: string;
    };

/** Other writers may change the zone between a look and the change that rests on it. */
const MAX_LOOKS = 3;

/** The change id of a decision that was found in the zone already: an earlier attempt took effect. */
export const FOUND_IN_ZONE = "found-in-zone";

/**
 * Makes the zone hold the records of the newest decision. The change names every record exactly as
 * the decision before left it, so it is refused unless the zone is where the log says: by a
 * rival that is ahead, by hands that changed a record, or by our own earlier attempt. Only then is the
 * zone looked at, to tell which; and before the first records of all, beside which other weighted
 * ones may stand, with whom ours would share the traffic at once.
 */
export async function carryOutTraffic(
  state: EnvironmentState,
  zone: TrafficZone,
): Promise<Carried> {
  const { decisions } = state.traffic;
  const newest = decisions.at(-1);
  if (!newest) throw new Error(`${state.name} has decided nothing about its records`);
  let present = newest.replaces ?? decisions.at(-2)?.records ?? [];
  if (decisions.length === 1 && !newest.replaces) {
    const found = await zone.observe(namesOf(decisions));
    if (found.length > 0 && fencedRevision(state.name, found) === undefined) {
      return foreign(state, found, undefined);
    }
  }
  for (let look = 0; look <= MAX_LOOKS; look++) {
    const change = { remove: present, add: newest.records };
    const answer = await zone.apply(change, urgencyOf(state));
    if (answer.kind === "accepted") return { kind: "submitted", changeId: answer.changeId };
    if (answer.kind === "unavailable") return answer;
    if (answer.kind === "forbidden") {
      return { kind: "blocked", code: "forbidden", reason: answer.reason };
    }
    const found = await zone.observe(namesOf(decisions));
    const fence = fencedRevision(state.name, found);
    if (fence !== undefined && fence > newest.revision) return { kind: "behind", fence };
    if (sameRecords(found, newest.records)) {
      return { kind: "submitted", changeId: FOUND_IN_ZONE };
    }
    if (!isKnown(found, newest, decisions)) return foreign(state, found, fence);
    present = found;
  }
  return { kind: "unavailable", reason: "the zone's records kept changing under the change" };
}

/** A flip that takes another back brings people away from what they had. */
function urgencyOf({ flip }: EnvironmentState): Urgency {
  return flip === undefined || flip.kind === "flip" ? "change" : "revert";
}

/** Every name that any of these decisions has a record at. */
function namesOf(decisions: readonly TrafficDecision[]): readonly string[] {
  const records = decisions.flatMap((one) => [...one.records, ...(one.replaces ?? [])]);
  return [...new Set(records.map((record) => record.name))];
}

/** Whether the zone is where some decision left it, or where a person was shown that it is. */
function isKnown(
  found: readonly RecordSet[],
  newest: TrafficDecision,
  decisions: readonly TrafficDecision[],
): boolean {
  if (newest.replaces && sameRecords(found, newest.replaces)) return true;
  if (decisions.length === 1 && !newest.replaces && found.length === 0) return true;
  return decisions.some((decision) => sameRecords(found, decision.records));
}

function foreign(
  state: EnvironmentState,
  found: readonly RecordSet[],
  fence: number | undefined,
): Carried {
  const expected = state.traffic.decisions.at(-2)?.records ?? [];
  const differences = differencesBetween(expected, found);
  return fence === undefined && expected.length === 0
    ? {
        kind: "blocked",
        code: "records_exist",
        reason: `the names have records that Verdigris did not write: ${differences}`,
      }
    : {
        kind: "blocked",
        code: "drift",
        reason: `the records were changed by somebody else: ${differences}`,
      };
}
