import type { RecordChange } from "../../domain/records.ts";

export interface HoldsChange {
  readonly change: RecordChange;
}

/**
 * Those of `waiting`, from the first on, that go out as one change. Changes in one batch name no
 * name in common: so none depends on another, and all together are taken exactly when each is. The
 * first is taken whether it `fits` or not, since alone it can't be made smaller.
 */
export function gather<T extends HoldsChange>(
  waiting: readonly T[],
  fits: (change: RecordChange) => boolean,
): readonly T[] {
  const taken: T[] = [];
  const names = new Set<string>();
  let merged: RecordChange = { remove: [], add: [] };
  for (const one of waiting) {
    const own = namesOf(one.change);
    // A change of nothing is refused alone, and would not be among others.
    if (own.length === 0) return taken.length === 0 ? [one] : taken;
    if (own.some((name) => names.has(name))) continue;
    const next = together(merged, one.change);
    if (taken.length > 0 && !fits(next)) return taken;
    merged = next;
    taken.push(one);
    for (const name of own) names.add(name);
  }
  return taken;
}

/** The change that makes all of these. */
export function mergedChange(batch: readonly HoldsChange[]): RecordChange {
  return {
    remove: batch.flatMap(({ change }) => change.remove),
    add: batch.flatMap(({ change }) => change.add),
  };
}

function together(a: RecordChange, b: RecordChange): RecordChange {
  return { remove: [...a.remove, ...b.remove], add: [...a.add, ...b.add] };
}

function namesOf({ remove, add }: RecordChange): readonly string[] {
  return [...new Set([...remove, ...add].map(({ name }) => name))];
}
