import { fitsRoute53, ROUTE53_LIMITS } from "../../src/adapters/aws/route53/route53-limits.ts";
import { MemoryTrafficZone } from "../../src/adapters/memory/memory-traffic-zone.ts";
import type { RecordChange, RecordSet } from "../../src/domain/records.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { ChangeStatus, TrafficZone, ZoneAnswer } from "../../src/ports/traffic-zone.ts";

/** How long a request is at work; within it the zone takes no other change. */
const REQUEST_MS = 150;
/** From acceptance until all name servers have the change: "generally within 60 seconds". */
const SPREAD_MS = 30_000;

/**
 * A hosted zone behind Route 53's API, on a clock that tests move. Requests beyond five a second are
 * throttled, a change while another is at work is refused with PriorRequestNotComplete, and a
 * change is PENDING for a while.
 */
export class SimulatedRoute53 {
  readonly #clock: Clock;
  readonly #zone = new MemoryTrafficZone();
  readonly #inSyncAt = new Map<string, number>();
  #requestedAt: readonly number[] = [];
  #changing = false;
  /** Batches that were accepted. */
  batches = 0;
  /** Requests that were throttled. */
  throttled = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Puts records there as if they had been for long. */
  hold(records: readonly RecordSet[]): void {
    this.#zone.overwrite(records);
  }

  records(): readonly RecordSet[] {
    return this.#zone.all();
  }

  async changeResourceRecordSets(change: RecordChange): Promise<ZoneAnswer> {
    if (this.#isThrottled()) return { kind: "unavailable", reason: "Throttling" };
    if (this.#changing) return { kind: "unavailable", reason: "PriorRequestNotComplete" };
    this.#changing = true;
    await this.#clock.wait(REQUEST_MS);
    this.#changing = false;
    if (!fitsRoute53(change)) {
      return { kind: "forbidden", reason: "InvalidChangeBatch: Number of records limit exceeded" };
    }
    const answer = await this.#zone.apply(change);
    if (answer.kind !== "accepted") return answer;
    this.batches += 1;
    this.#inSyncAt.set(answer.changeId, this.#clock.now() + SPREAD_MS);
    return answer;
  }

  async getChange(changeId: string): Promise<ChangeStatus | "throttled"> {
    if (this.#isThrottled()) return "throttled";
    await this.#clock.wait(REQUEST_MS);
    const at = this.#inSyncAt.get(changeId);
    if (at === undefined) return "unknown";
    return this.#clock.now() >= at ? "in-sync" : "pending";
  }

  async listResourceRecordSets(names: readonly string[]): Promise<readonly RecordSet[]> {
    if (this.#isThrottled()) throw new Error("Throttling");
    await this.#clock.wait(REQUEST_MS);
    return this.#zone.observe(names);
  }

  #isThrottled(): boolean {
    const now = this.#clock.now();
    this.#requestedAt = this.#requestedAt.filter((at) => at > now - 1_000);
    const tooMany = this.#requestedAt.length >= ROUTE53_LIMITS.requestsPerSecond;
    if (tooMany) this.throttled += 1;
    else this.#requestedAt = [...this.#requestedAt, now];
    return tooMany;
  }
}

/** A client that keeps to the account's rate: each request waits for its turn. */
export class PacedRoute53 implements TrafficZone {
  readonly #route53: SimulatedRoute53;
  readonly #clock: Clock;
  #nextAt = 0;

  constructor(route53: SimulatedRoute53, clock: Clock) {
    this.#route53 = route53;
    this.#clock = clock;
  }

  async apply(change: RecordChange): Promise<ZoneAnswer> {
    await this.#turn();
    return this.#route53.changeResourceRecordSets(change);
  }

  async changeStatus(changeId: string): Promise<ChangeStatus> {
    await this.#turn();
    const status = await this.#route53.getChange(changeId);
    return status === "throttled" ? "pending" : status;
  }

  async observe(names: readonly string[]): Promise<readonly RecordSet[]> {
    await this.#turn();
    return this.#route53.listResourceRecordSets(names);
  }

  ask(): Promise<never> {
    return Promise.reject(new Error("the simulated Route 53 has no name servers"));
  }

  async #turn(): Promise<void> {
    const at = Math.max(this.#nextAt, this.#clock.now());
    this.#nextAt = at + 1_000 / ROUTE53_LIMITS.requestsPerSecond;
    await this.#clock.wait(at - this.#clock.now());
  }
}
