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
    if (change.remove.length + change.add.length === 0) return refused("it names no record");
    const missing = change.remove.find((r) => !this.#records.some((other) => sameRecord(r, other)));
    if (missing) {
      return refused(`${recordKey(missing)} is not there as given`);
    }
    const records = this.#records.filter((r) => !change.remove.some((o) => sameRecord(r, o)));
    for (const record of change.add) {
      const key = recordKey(record);
      if (records.some((other) => recordKey(other) === key)) return refused(`${key} exists`);
      records.push(record);
    }
    this.overwrite(records);
    this.#changes += 1;
    return Promise.resolve({ kind: "accepted", changeId: String(this.#changes) });
  }

  changeStatus(changeId: string): Promise<ChangeStatus> {
    const number = Number(changeId);
    if (!(number >= 1 && number <= this.#changes)) return Promise.resolve("unknown");
    return Promise.resolve(this.isHeldBack ? "pending" : "in-sync");
  }

  ask(name: string, type: RecordType): Promise<readonly WireAnswer[]> {
    this.#show();
    const there = this.#served.filter((record) => record.name === name);
    const found = there.filter((record) => record.type === type);
    const chosen = found.find((record) => record.set?.weight !== 0) ?? found[0];
    if (chosen) {
      const { values, ttlSeconds } = chosen;
      return Promise.resolve([{ server: "memory", rcode: "NOERROR", values, ttlSeconds }]);
    }
    const rcode = there.length > 0 ? "NODATA" : "NXDOMAIN";
    return Promise.resolve([{ server: "memory", rcode, values: [] }]);
  }

  /** Puts records there as if by hand. */
  overwrite(records: readonly RecordSet[]): void {
    this.#records = records;
    this.#show();
  }

  all(): readonly RecordSet[] {
    return this.#records;
  }

  #show(): void {
    if (!this.isHeldBack) this.#served = this.#records;
  }
}

function refused(reason: string): Promise<ZoneAnswer> {
  return Promise.resolve({ kind: "refused", reason });
}
