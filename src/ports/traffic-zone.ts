import type { RecordChange, RecordSet, RecordType } from "../domain/records.ts";

/** The authoritative DNS of the names that environments answer to. */
export interface TrafficZone {
  /**
   * The record sets at exactly these names that answer for traffic: A, AAAA and CNAME, and at a name
   * that begins with an underscore TXT. Others, such as an apex's NS or MX, are nobody's concern here.
   */
  observe(names: readonly string[]): Promise<readonly RecordSet[]>;

  /**
   * Applies the change whole or not at all: `refused` when a record to remove is not there exactly
   * as given or one to add exists, so repeating a change that had taken effect is refused too.
   * Where changes wait for each other, a revert goes first.
   */
  apply(change: RecordChange, urgency?: Urgency): Promise<ZoneAnswer>;

  /** Whether every authoritative server gives the changed answers yet. */
  changeStatus(changeId: string): Promise<ChangeStatus>;

  /**
   * What the authoritative servers answer on the wire now; each answer is one set of values. None
   * where no server can be asked from here: then what the zone says of a change is all there is.
   */
  ask(name: string, type: RecordType): Promise<readonly WireAnswer[]>;
}

export type Urgency = "change" | "revert";

export type ZoneAnswer =
  | { readonly kind: "accepted"; readonly changeId: string }
  /** The records are not as `remove` and `add` suppose. Nothing changed. */
  | {
      readonly kind: "refused";
      readonly reason: string;
      /** The keys of records that are not as supposed and why, where the zone tells; there may be others. */
      readonly records?: readonly { readonly key: string; readonly reason: string }[];
    }
  /** Trying again later may work: throttling, a change in progress, no connection. Nothing is known to have changed. */
  | { readonly kind: "unavailable"; readonly reason: string }
  /** Trying again won't help until a person mends the cause: no permission, no such zone. Nothing changed. */
  | { readonly kind: "forbidden"; readonly reason: string };

export type ChangeStatus = "pending" | "in-sync" | "unknown";

export interface WireAnswer {
  /** `host:port` of the server asked. */
  readonly server: string;
  readonly rcode: "NOERROR" | "NXDOMAIN" | "NODATA" | "REFUSED" | "SERVFAIL" | "TIMEOUT";
  readonly values: readonly string[];
  readonly ttlSeconds?: number;
}
