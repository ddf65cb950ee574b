import type { EnvironmentState } from "../../domain/environment/state.ts";
import { fence, fencedRevision, recordNames } from "../../domain/environment/traffic.ts";
import { differencesBetween, sameRecords } from "../../domain/records.ts";
import type { TrafficZone } from "../../ports/traffic-zone.ts";
import { FOUND_IN_ZONE } from "./carry-out-traffic.ts";

export type Confirmed =
  | { readonly kind: "in-sync" }
  | { readonly kind: "pending" }
  /** The zone obeys a newer decision than the one this process knows. */
  | { readonly kind: "behind"; readonly fence: number }
  /** The zone took the change, and somebody else has changed its records since. */
  | { readonly kind: "drifted"; readonly reason: string };

/**
 * Whether every authoritative server already answers with the newest decision: first what the zone
 * says of the change, then the servers themselves, asked for the fence (G9). Only when they answer
 * otherwise though the zone counts the change as done is the zone looked at, to tell lag from drift.
 * Where no server can be asked, the zone's word and its records are what counts.
 */
export async function confirmTraffic(
  state: EnvironmentState,
  zone: TrafficZone,
): Promise<Confirmed> {
  const { changeId, decisions } = state.traffic;
  const newest = decisions.at(-1);
  const configuration = state.configured?.configuration;
  if (!changeId || !newest || !configuration) return { kind: "pending" };
  if (changeId !== FOUND_IN_ZONE && (await zone.changeStatus(changeId)) === "pending") {
    return { kind: "pending" };
  }
  const wanted = fence(state.name, configuration, newest.revision);
  const answers = await zone.ask(wanted.name, "TXT");
  const agree = answers.every((answer) => answer.values.join() === wanted.values.join());
  if (answers.length > 0 && agree) return { kind: "in-sync" };
  const found = await zone.observe(recordNames(configuration));
  if (sameRecords(found, newest.records)) {
    return { kind: answers.length > 0 ? "pending" : "in-sync" };
  }
  const revision = fencedRevision(state.name, found) ?? 0;
  if (revision > newest.revision) return { kind: "behind", fence: revision };
  const differences = differencesBetween(newest.records, found);
  return { kind: "drifted", reason: `the records were changed by somebody else: ${differences}` };
}
