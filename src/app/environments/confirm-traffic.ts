import type { EnvironmentState } from "../../domain/environment/state.ts";
import { fence } from "../../domain/environment/traffic.ts";
import type { TrafficZone } from "../../ports/traffic-zone.ts";
import { FOUND_IN_ZONE } from "./carry-out-traffic.ts";

/**
 * Whether every authoritative server already answers with the newest decision: first what the zone
 * says of the change, then the servers themselves, asked for the fence (G9).
 */
export async function isInSync(state: EnvironmentState, zone: TrafficZone): Promise<boolean> {
  const { changeId, decisions } = state.traffic;
  const newest = decisions.at(-1);
  const configuration = state.configured?.configuration;
  if (!changeId || !newest || !configuration) return false;
  if (changeId !== FOUND_IN_ZONE && (await zone.changeStatus(changeId)) === "pending") return false;
  const wanted = fence(state.name, configuration, newest.revision);
  const answers = await zone.ask(wanted.name, "TXT");
  return (
    answers.length > 0 && answers.every((answer) => answer.values.join() === wanted.values.join())
  );
}
