import type { RecordChange, RecordSet, RecordType } from "../../domain/records.ts";
import type {
  ChangeStatus,
  TrafficZone,
  Urgency,
  WireAnswer,
  ZoneAnswer,
} from "../../ports/traffic-zone.ts";
import { type BatchLimits, BatchQueue } from "./batch-queue.ts";

export interface CoalescingRules extends BatchLimits {
  /** The zone that a change belongs to, by any name; changes of different zones don't wait for each other. */
  zoneOf(change: RecordChange): string;
}

/**
 * A traffic zone that makes few changes of many, for a service that takes one change at a time and
 * few a second (Route 53: "Quotas", 5 requests a second per account, and PriorRequestNotComplete).
 * Changes that wait for the same zone go out as one, reverts first, and each caller gets the answer
 * that its change would have got alone. Accepted changes of one batch share a change id.
 */
export class CoalescingZone implements TrafficZone {
  readonly #zone: TrafficZone;
  readonly #rules: CoalescingRules;
  readonly #queues = new Map<string, BatchQueue>();
  readonly #asked = new Map<string, Promise<ChangeStatus>>();

  constructor(zone: TrafficZone, rules: CoalescingRules) {
    this.#zone = zone;
    this.#rules = rules;
  }

  observe(names: readonly string[]): Promise<readonly RecordSet[]> {
    return this.#zone.observe(names);
  }

  apply(change: RecordChange, urgency: Urgency = "change"): Promise<ZoneAnswer> {
    const name = this.#rules.zoneOf(change);
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      queue = new BatchQueue(this.#zone, this.#rules);
      this.#queues.set(name, queue);
    }
    return queue.add(change, urgency);
  }

  /** Those who ask after the same change while an answer is under way share it. */
  changeStatus(changeId: string): Promise<ChangeStatus> {
    const asked = this.#asked.get(changeId);
    if (asked !== undefined) return asked;
    const status = this.#zone.changeStatus(changeId);
    this.#asked.set(changeId, status);
    const answered = () => this.#asked.delete(changeId);
    status.then(answered, answered);
    return status;
  }

  ask(name: string, type: RecordType): Promise<readonly WireAnswer[]> {
    return this.#zone.ask(name, type);
  }
}
