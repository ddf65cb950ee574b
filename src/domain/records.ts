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
  /** Of an alias: that of what it points to, since it has none of its own. */
  readonly ttlSeconds: number;
  /** Addresses for A and AAAA, host names for CNAME and NS, unquoted text for TXT; none for an alias. */
  readonly values: readonly string[];
  readonly alias?: Alias;
  /**
   * Why Verdigris neither writes nor takes away such a set, in words: it is chosen by another rule than
   * weights, or marked as another tool's own.
   */
  readonly policy?: string;
  /** Name of a health check; absent means the set counts as healthy always. */
  readonly healthCheck?: string;
}

/** What Route 53 answers in an alias's stead: the addresses that another name has now. */
export interface Alias {
  /** Lower case, fully qualified, without the trailing dot. */
  readonly name: string;
  /** The id of the hosted zone that `name` is in; a load balancer's own is its canonical hosted zone. */
  readonly zone: string;
  /** Whether the set counts as unhealthy when what it points to does (Route 53 API, AliasTarget). */
  readonly evaluateTargetHealth: boolean;
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
    // An alias has no TTL of its own that could differ.
    (a.alias !== undefined || a.ttlSeconds === b.ttlSeconds) &&
    a.healthCheck === b.healthCheck &&
    a.policy === b.policy &&
    sameAlias(a.alias, b.alias) &&
    sameValues(a.values, b.values)
  );
}

function sameAlias(a: Alias | undefined, b: Alias | undefined): boolean {
  return (
    a?.name === b?.name &&
    a?.zone === b?.zone &&
    a?.evaluateTargetHealth === b?.evaluateTargetHealth
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

/** That a set with a `policy` is left alone, and why; what to do about it follows. */
export function notOurs({ name, type, policy }: RecordSet): string {
  return `${name} ${type} is not Verdigris' to take away (${policy})`;
}

/** A record as a zone file would show it, with what DNS itself doesn't say in brackets. */
export function showRecord(record: RecordSet): string {
  const { name, ttlSeconds, type, set, alias, policy } = record;
  const notes = [
    ...(set ? [`${set.id} weight ${set.weight}`] : []),
    ...(alias?.evaluateTargetHealth ? ["evaluates target health"] : []),
    ...(policy ? [policy] : []),
  ];
  const values = record.values.map((v) => (type === "TXT" ? JSON.stringify(v) : v));
  const target = alias ? `alias of ${alias.name}` : values.join(" ");
  return `${name} ${ttlSeconds} ${type} ${target}${notes.length > 0 ? ` [${notes.join(", ")}]` : ""}`;
}
