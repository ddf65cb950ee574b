import type { RecordChange, RecordSet, RecordType } from "../../domain/records.ts";
import { recordKey, sameRecord } from "../../domain/records.ts";
import type {
  ChangeStatus,
  TrafficZone,
  WireAnswer,
  ZoneAnswer,
} from "../../ports/traffic-zone.ts";

/** A zone with the rules of Route 53's change batches. Changes are in sync at once unless held back. */
export class MemoryTrafficZone implements TrafficZone {
  #records: readonly RecordSet[] = [];
  #served: readonly RecordSet[] = [];
  #changes = 0;
  /** While true, changes are accepted and stay pending: servers go on answering as before. */
  isHeldBack = false;
  /** What every change is answered with, while set. */
  refusal: ZoneAnswer | undefined;

  observe(names: readonly string[]): Promise<readonly RecordSet[]> {
    return Promise.resolve(this.#records.filter((record) => names.includes(record.name)));
  }

  apply(change: RecordChange): Promise<ZoneAnswer> {
    if (this.refusal) return Promise.resolve(this.refusal);
    const missing = change.remove.find((r) => !this.#records.some((other) => sameRecord(r, other)));
    if (missing) {
      return refused(`${recordKey(missing)} is not there as given`);
    }
    const kept = this.#records.filter((r) => !change.remove.some((other) => sameRecord(r, other)));
    const present = change.add.find((r) => kept.some((k) => recordKey(k) === recordKey(r)));
    if (present) return refused(`${recordKey(present)} exists`);
    this.#records = [...kept, ...change.add];
    this.#changes += 1;
    return Promise.resolve({ kind: "accepted", changeId: String(this.#changes) });
  }

  changeStatus(changeId: string): Promise<ChangeStatus> {
    if (Number(changeId) > this.#changes) return Promise.resolve("unknown");
    return Promise.resolve(this.isHeldBack ? "pending" : "in-sync");
  }

  ask(name: string, type: RecordType): Promise<readonly WireAnswer[]> {
    if (!this.isHeldBack) this.#served = this.#records;
    const found = this.#served.filter((record) => record.name === name && record.type === type);
    const chosen = found.find((record) => record.set === undefined || record.set.weight > 0);
    return Promise.resolve([
      {
        server: "memory",
        rcode: chosen ? "NOERROR" : "NXDOMAIN",
        values: chosen?.values ?? [],
        ...(chosen ? { ttlSeconds: chosen.ttlSeconds } : {}),
      },
    ]);
  }

  /** Puts records there as if by hand. */
  overwrite(records: readonly RecordSet[]): void {
    this.#records = records;
  }

  all(): readonly RecordSet[] {
    return this.#records;
  }
}

function refused(reason: string): Promise<ZoneAnswer> {
  return Promise.resolve({ kind: "refused", reason });
}
