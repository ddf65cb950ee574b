import {
  type RecordChange,
  type RecordSet,
  recordKey,
  sameRecord,
  showRecord,
} from "../../domain/records.ts";
import { firstFlaw, flawOfNeighbours } from "./record-rules.ts";

/** The record sets of every name that has any. Never changed in place. */
export type RecordTable = ReadonlyMap<string, readonly RecordSet[]>;

export type TableChange =
  | { readonly kind: "changed"; readonly table: RecordTable }
  | { readonly kind: "flawed"; readonly flaw: string };

/**
 * The table after the change: every removal present exactly as given, every addition absent after
 * the removals, and all rules of the names touched kept; otherwise the first flaw found. The records
 * added are taken to be well-formed each by itself.
 */
export function changedTable(table: RecordTable, change: RecordChange): TableChange {
  const next = new Map(table);
  const flaw =
    firstFlaw(change.remove, (record) => removeFrom(next, record)) ??
    firstFlaw(change.add, (record) => addTo(next, record)) ??
    firstFlaw(namesOf(change), (name) => flawOfNeighbours(next.get(name) ?? []));
  return flaw === undefined ? { kind: "changed", table: next } : { kind: "flawed", flaw };
}

/** The names that a change touches, each once. */
export function namesOf({ remove, add }: RecordChange): readonly string[] {
  return [...new Set([...remove, ...add].map(({ name }) => name))];
}

function removeFrom(table: Map<string, readonly RecordSet[]>, record: RecordSet) {
  const sets = table.get(record.name) ?? [];
  const rest = sets.filter((set) => !sameRecord(set, record));
  if (rest.length === sets.length) return absence(record, atKey(sets, record));
  if (rest.length > 0) table.set(record.name, rest);
  else table.delete(record.name);
  return undefined;
}

function absence(record: RecordSet, present: RecordSet | undefined): string {
  const instead = present === undefined ? "no such set" : showRecord(present);
  return `to be removed: ${showRecord(record)}; the zone has ${instead}`;
}

function addTo(table: Map<string, readonly RecordSet[]>, record: RecordSet) {
  const sets = table.get(record.name) ?? [];
  const present = atKey(sets, record);
  if (present !== undefined) {
    return `to be added: ${showRecord(record)}; the zone already has ${showRecord(present)}`;
  }
  table.set(record.name, [...sets, record]);
  return undefined;
}

function atKey(sets: readonly RecordSet[], record: RecordSet): RecordSet | undefined {
  const key = recordKey(record);
  return sets.find((set) => recordKey(set) === key);
}
