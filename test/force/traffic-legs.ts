import type { Visit } from "../support/visitors.ts";
import type { Serving } from "./crash-world.ts";

/**
 * What is wrong with what visitors were answered, when they should have been served by `legs`, one
 * after the other, and by one of them at each moment.
 */
export function faultsOfVisits(
  visits: readonly Visit[],
  legs: readonly Serving[],
  cachesExpiredAt: number | undefined,
): readonly string[] {
  const faults = visits
    .filter((visit) => !legs.some((leg) => isServedBy(visit, leg)))
    .map(({ side, version }) => `served by ${side} with ${version}`);
  for (const leg of legs) {
    if (!visits.some((visit) => isServedBy(visit, leg))) faults.push(`nobody saw ${leg.side}`);
  }
  const [before, after] = legs;
  if (!before || !after) return faults;
  const last = Math.max(...visits.filter((v) => isServedBy(v, before)).map(({ at }) => at));
  const first = Math.min(...visits.filter((v) => isServedBy(v, after)).map((v) => v.answered));
  if (last > first) faults.push(`back on ${before.side} ${last - first} ms after ${after.side}`);
  if (cachesExpiredAt !== undefined && last > cachesExpiredAt) {
    faults.push(`on ${before.side} ${last - cachesExpiredAt} ms after caches had expired`);
  }
  return faults;
}

function isServedBy(visit: Serving, { side, version }: Serving): boolean {
  return visit.side === side && visit.version === version;
}
