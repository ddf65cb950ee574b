/**
 * One DNS record set. Several sets may share a name and type when each has an `id` and a `weight`
 * of its own (Route 53's weighted routing); then `name`, `type` and `set.id` together are the key.
 */
export interface RecordSet {
  /** Lower case, fully qualified, without the trailing dot: `rainbow.example.com`. */
  readonly name: string;
  readonly type: RecordType;
  readonly set?: {
    readonly id: string;
    /**
     * 0 to 255: a share is weight / sum of weights; 0 is never chosen unless all are 0
     * (Route 53 Developer Guide, "Values specific for weighted records").
     */
    readonly weight: number;
  };
  readonly ttlSeconds: number;
  /** Addresses for A and AAAA, host names for CNAME and NS, unquoted text for TXT. */
  readonly values: readonly string[];
  /** Name of a health check; absent means the set counts as healthy always. */
  readonly healthCheck?: string;
}

export type RecordType = "A" | "AAAA" | "CNAME" | "NS" | "TXT";

/**
 * An atomic change: every `remove` must be in the zone exactly as given and every `add` must be
 * absent once the removals are done, or nothing changes. That makes it a compare-and-swap over
 * all the records it names, the fence included (G5).
 */
export interface RecordChange {
  readonly remove: readonly RecordSet[];
  readonly add: readonly RecordSet[];
}

export function recordKey(record: RecordSet): string {
  return `${record.name} ${record.type} ${record.set?.id ?? ""}`;
}

export function sameRecord(a: RecordSet, b: RecordSet): boolean {
  return (
    recordKey(a) === recordKey(b) &&
    a.set?.weight === b.set?.weight &&
    a.ttlSeconds === b.ttlSeconds &&
    a.healthCheck === b.healthCheck &&
    sameValues(a.values, b.values)
  );
}

/** The order of values in a set means nothing in DNS. */
function sameValues(a: readonly string[], b: readonly string[]): boolean {
  return [...a].sort().join("\n") === [...b].sort().join("\n");
}

export function sameRecords(a: readonly RecordSet[], b: readonly RecordSet[]): boolean {
  return a.length === b.length && recordsMissingFrom(a, b).length === 0;
}

/** The records of `wanted` that `present` does not hold exactly. */
export function recordsMissingFrom(
  wanted: readonly RecordSet[],
  present: readonly RecordSet[],
): RecordSet[] {
  return wanted.filter((record) => !present.some((other) => sameRecord(record, other)));
}

/** What is in `found` and should not be, and the other way round, as people read it. */
export function differencesBetween(
  expected: readonly RecordSet[],
  found: readonly RecordSet[],
): string {
  const extra = recordsMissingFrom(found, expected).map(showRecord);
  const missing = recordsMissingFrom(expected, found).map(showRecord);
  return [
    ...(extra.length > 0 ? [`found ${extra.join(" and ")}`] : []),
    ...(missing.length > 0 ? [`missed ${missing.join(" and ")}`] : []),
  ].join("; ");
}

/** A record as a zone file would show it, with what DNS itself doesn't say in brackets. */
export function showRecord(record: RecordSet): string {
  const share = record.set ? ` [${record.set.id} weight ${record.set.weight}]` : "";
  const values = record.values.map((v) => (record.type === "TXT" ? JSON.stringify(v) : v));
  return `${record.name} ${record.ttlSeconds} ${record.type} ${values.join(" ")}${share}`;
}
