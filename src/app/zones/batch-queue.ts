import { type RecordChange, recordKey } from "../../domain/records.ts";
import type { TrafficZone, Urgency, ZoneAnswer } from "../../ports/traffic-zone.ts";
import { gather, mergedChange } from "./gather.ts";

export interface BatchLimits {
  /** Whether the zone takes this as one change. */
  fits(change: RecordChange): boolean;
  /** Changes that may wait at once; more are answered `unavailable` and were not sent. */
  readonly maxWaiting: number;
}

interface Waiting {
  readonly change: RecordChange;
  readonly urgency: Urgency;
  readonly resolve: (answer: ZoneAnswer) => void;
  readonly reject: (error: unknown) => void;
}

type Batch = readonly Waiting[];

/**
 * The changes that wait for one zone. One batch is under way at a time; what arrives meanwhile goes
 * into the next. A batch that is not taken is split until those stand alone that the zone does
 * not take, so a wait is bounded by the zone's own deadline times twice the changes before.
 */
export class BatchQueue {
  readonly #zone: TrafficZone;
  readonly #limits: BatchLimits;
  #waiting: Batch = [];
  /** Parts of batches that were not taken whole. */
  #parts: readonly Batch[] = [];
  #sending = false;

  constructor(zone: TrafficZone, limits: BatchLimits) {
    this.#zone = zone;
    this.#limits = limits;
  }

  add(change: RecordChange, urgency: Urgency): Promise<ZoneAnswer> {
    const { maxWaiting } = this.#limits;
    if (this.#waiting.length >= maxWaiting) {
      const reason = `${maxWaiting} changes wait for the zone already; this one was not sent`;
      return Promise.resolve({ kind: "unavailable", reason });
    }
    return new Promise((resolve, reject) => {
      this.#waiting = [...this.#waiting, { change, urgency, resolve, reject }];
      void this.#send();
    });
  }

  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    // What is asked for in the same moment goes along.
    await Promise.resolve();
    for (let batch = this.#next(); batch.length > 0; batch = this.#next()) {
      await this.#apply(batch);
    }
    this.#sending = false;
  }

  /** Reverts go before all else, by themselves: what others suppose wrongly doesn't delay them. */
  #next(): Batch {
    const reverts = this.#waiting.filter(({ urgency }) => urgency === "revert");
    const [part, ...parts] = this.#parts;
    if (part !== undefined && reverts.length === 0) {
      this.#parts = parts;
      return part;
    }
    const first = reverts.length > 0 ? reverts : this.#waiting;
    const batch = new Set(gather(first, (change) => this.#limits.fits(change)));
    this.#waiting = this.#waiting.filter((one) => !batch.has(one));
    return [...batch];
  }

  async #apply(batch: Batch): Promise<void> {
    const urgency = batch[0]?.urgency ?? "change";
    let answer: ZoneAnswer;
    try {
      answer = await this.#zone.apply(mergedChange(batch), urgency);
    } catch (error) {
      for (const one of batch) one.reject(error);
      return;
    }
    const mayBeOne = answer.kind === "refused" || answer.kind === "forbidden";
    if (mayBeOne && batch.length > 1) this.#split(batch, answer);
    else for (const one of batch) one.resolve(answer);
  }

  /** Those that the zone names are answered; when it names none, either half is tried by itself. */
  #split(batch: Batch, answer: ZoneAnswer): void {
    const faults = new Map(
      answer.kind === "refused" ? answer.records?.map(({ key, reason }) => [key, reason]) : [],
    );
    const faultOf = ({ change }: Waiting) =>
      [...change.remove, ...change.add].flatMap((record) => faults.get(recordKey(record)) ?? []);
    const rest = batch.filter((one) => faultOf(one).length === 0);
    for (const one of batch) {
      const reasons = faultOf(one);
      if (reasons.length > 0) one.resolve({ kind: "refused", reason: reasons.join("; ") });
    }
    const middle = Math.ceil(rest.length / 2);
    const halves = [rest.slice(0, middle), rest.slice(middle)];
    const parts = rest.length < batch.length ? [rest] : halves;
    this.#parts = [...parts.filter((part) => part.length > 0), ...this.#parts];
  }
}
