import type { SideName } from "../../src/domain/configuration.ts";
import type { RecordSet } from "../../src/domain/records.ts";

/** The revision that the fence among these records holds; 0 where there is none. */
export function fenceIn(records: readonly RecordSet[]): number {
  const fence = records.find(({ type }) => type === "TXT");
  return Number(/ revision=(\d+)$/.exec(fence?.values[0] ?? "")?.[1] ?? 0);
}

export function weightsIn(records: readonly RecordSet[]): ReadonlyMap<SideName, number> {
  return new Map(
    records.flatMap(({ set }) => (set ? [[set.id as SideName, set.weight] as const] : [])),
  );
}
