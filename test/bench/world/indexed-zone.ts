import {
  type RecordChange,
  type RecordSet,
  recordKey,
  sameRecord,
} from "../../../src/domain/records.ts";
import type { TrafficZone, WireAnswer, ZoneAnswer } from "../../../src/ports/traffic-zone.ts";

/** A zone of any size whose verbs cost next to nothing, so that what is measured is the operator. */
export class IndexedZone implements TrafficZone {
  readonly #records = new Map<string, Map<string, RecordSet>>();
  #changes = 0;

  constructor(records: readonly RecordSet[] = []) {
    for (const record of records) this.#put(record);
  }

  observe(names: readonly string[]): Promise<readonly RecordSet[]> {
    return Promise.resolve(names.flatMap((name) => [...(this.#records.get(name)?.values() ?? [])]));
  }

  apply({ remove, add }: RecordChange): Promise<ZoneAnswer> {
    const missing = remove.find((record) => {
      const present = this.#records.get(record.name)?.get(recordKey(record));
      return present === undefined || !sameRecord(present, record);
    });
    if (missing)
      return Promise.resolve({ kind: "refused", reason: `${missing.name} is not there` });
    for (const record of remove) this.#records.get(record.name)?.delete(recordKey(record));
    for (const record of add) this.#put(record);
    this.#changes += 1;
    return Promise.resolve({ kind: "accepted", changeId: String(this.#changes) });
  }

  changeStatus(): Promise<"in-sync"> {
    return Promise.resolve("in-sync");
  }

  async ask(name: string, type: string): Promise<readonly WireAnswer[]> {
    const found = (await this.observe([name])).filter((record) => record.type === type);
    const chosen = found.find((record) => record.set?.weight !== 0) ?? found[0];
    if (chosen === undefined) return [{ server: "memory", rcode: "NXDOMAIN", values: [] }];
    const { values, ttlSeconds } = chosen;
    return [{ server: "memory", rcode: "NOERROR", values, ttlSeconds }];
  }

  all(): readonly RecordSet[] {
    return [...this.#records.values()].flatMap((sets) => [...sets.values()]);
  }

  #put(record: RecordSet): void {
    const sets = this.#records.get(record.name) ?? new Map<string, RecordSet>();
    sets.set(recordKey(record), record);
    this.#records.set(record.name, sets);
  }
}
