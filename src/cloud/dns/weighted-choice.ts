import type { RecordSet } from "../../domain/records.ts";

/** What an answer depends on besides the question and the zones. */
export interface Chance {
  /** Evenly spread over [0, 1). */
  random(): number;
  isHealthy(healthCheck: string): boolean;
}

/**
 * The one set that answers, out of all that share a name and type, as Route 53 chooses
 * (Developer Guide, "How Amazon Route 53 chooses records when health checking is configured"):
 * unhealthy sets are left out, but when none is healthy all count as healthy; then a set's share
 * is weight / sum of weights, and sets of weight 0 take part, equally, only when no other is left.
 */
export function chooseSet(sets: readonly RecordSet[], chance: Chance): RecordSet | undefined {
  if (sets.length < 2) return sets[0];
  const healthy = sets.filter(
    ({ healthCheck }) => healthCheck === undefined || chance.isHealthy(healthCheck),
  );
  const eligible = healthy.length > 0 ? healthy : sets;
  const weighted = eligible.filter((set) => weightOf(set) > 0);
  return weighted.length > 0
    ? byWeight(weighted, chance.random())
    : eligible[Math.floor(chance.random() * eligible.length)];
}

function byWeight(sets: readonly RecordSet[], draw: number): RecordSet | undefined {
  let remaining = draw * sets.reduce((sum, set) => sum + weightOf(set), 0);
  for (const set of sets) {
    remaining -= weightOf(set);
    if (remaining < 0) return set;
  }
  return sets.at(-1);
}

function weightOf(set: RecordSet): number {
  return set.set?.weight ?? 0;
}
