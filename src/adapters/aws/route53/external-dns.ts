import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { RecordSet } from "../../../domain/records.ts";
import { nameOf } from "./record-name.ts";
import { unquotedText } from "./txt-value.ts";

/**
 * external-dns marks what it owns by TXT records (its documentation, "TXT registry"): at the name itself,
 * and since 0.12 at a name that begins with the record's type. It puts back what somebody else changes
 * of that, so Verdigris must not take it over.
 */
const HERITAGE = /(?:^|,)heritage=external-dns(?:,|$)/;
const OWNER = /(?:^|,)external-dns\/owner=([^,]*)/;

/** Where it may have marked this record. */
export function markNames({ name, type }: Pick<RecordSet, "name" | "type">): readonly string[] {
  return [name, `${type.toLowerCase()}-${name}`];
}

/** By name: who owns it, in words. */
export function ownersIn(marks: readonly ResourceRecordSet[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { Name = "", Type, ResourceRecords = [] } of marks) {
    if (Type !== "TXT") continue;
    const text = ResourceRecords.map(({ Value = "" }) => unquotedText(Value)).find((value) =>
      HERITAGE.test(value),
    );
    if (text === undefined) continue;
    const owner = OWNER.exec(text)?.[1];
    const words = `owned by external-dns${owner ? ` (${owner})` : ""}`;
    owners.set(nameOf(Name).replace(/^(?:a|aaaa|cname)-/, ""), words);
    owners.set(nameOf(Name), words);
  }
  return owners;
}
