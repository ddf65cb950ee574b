import type { Batch, StreamName } from "../../src/domain/batch.ts";
import type { Appended, EventStore, ListQuery, Projection } from "../../src/ports/event-store.ts";
import type { Fault, FaultPlan } from "./faults.ts";
import { noFaults } from "./faults.ts";

/** A store whose calls meet with faults. There being no wire, a call that would hang rejects. */
export class FaultyStore implements EventStore {
  readonly #store: EventStore;
  #plan = noFaults;
  /** Calls since the plan began, with the fault that each met. */
  calls: { readonly what: string; readonly fault: Fault | undefined }[] = [];

  constructor(store: EventStore) {
    this.#store = store;
  }

  follow(plan: FaultPlan): void {
    this.#plan = plan;
    this.calls = [];
  }

  append<Event>(batch: Batch<Event>): Promise<Appended> {
    return this.#call("append", () => this.#store.append(batch));
  }

  read<Event>(stream: StreamName, afterRevision: number): Promise<readonly Batch<Event>[]> {
    return this.#call("read", () => this.#store.read<Event>(stream, afterRevision));
  }

  project(stream: StreamName, projection: Projection): Promise<void> {
    return this.#call("project", () => this.#store.project(stream, projection));
  }

  projection(stream: StreamName): Promise<Projection | undefined> {
    return this.#call("projection", () => this.#store.projection(stream));
  }

  list(query: ListQuery): Promise<readonly StreamName[]> {
    return this.#call("list", () => this.#store.list(query));
  }

  async #call<Result>(what: string, carryOut: () => Promise<Result>): Promise<Result> {
    const fault = this.#plan(this.calls.length, what);
    this.calls.push({ what, fault });
    if (fault === "drop" || fault === "throttle") throw new Error(`fault: ${fault}`);
    if (fault === "duplicate") await carryOut();
    const result = await carryOut();
    if (fault === "cut" || fault === "hang") throw new Error(`fault: ${fault}`);
    return result;
  }
}
