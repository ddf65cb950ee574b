import { randomUUID } from "node:crypto";
import type { RecordChange } from "../../domain/records.ts";
import { InvalidZone, ZonesUnavailable } from "./dns-errors.ts";
import { type ChangeResult, withChange, withZone, type ZoneState } from "./zone-state.ts";
import { loadZones, saveZones } from "./zones-file.ts";

const MAX_WAITING = 1000;

/**
 * The zones, kept in one file. Changes are made one at a time, and each is on disk before
 * `published` sees it, so nothing that was answered on the wire is forgotten by a crash.
 */
export class ZoneStore {
  readonly #file: string;
  readonly #published: (state: ZoneState) => void;
  #state: ZoneState;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  private constructor(file: string, state: ZoneState, published: (state: ZoneState) => void) {
    this.#file = file;
    this.#state = state;
    this.#published = published;
    published(state);
  }

  /** Throws ZonesFileUnusable. `published` is called with the first state and with each new one. */
  static async open(file: string, published: (state: ZoneState) => void): Promise<ZoneStore> {
    return new ZoneStore(file, await loadZones(file), published);
  }

  get state(): ZoneState {
    return this.#state;
  }

  /** Rejects with InvalidZone, ZonesNotSaved or ZonesUnavailable; then nothing changed. */
  ensureZone(name: string, serial: number): Promise<void> {
    return this.#inTurn(async () => {
      const next = withZone(this.#state, { name, serial });
      if ("flaw" in next) throw new InvalidZone(name, next.flaw);
      if (next !== this.#state) await this.#commit(next);
    });
  }

  /** Rejects with ZonesNotSaved or ZonesUnavailable; then nothing changed. */
  apply(change: RecordChange): Promise<ChangeResult> {
    const asGiven = structuredClone(change);
    return this.#inTurn(async () => {
      const changeId = randomUUID();
      const result = withChange(this.#state, asGiven, changeId);
      if (result.kind !== "changed") return result;
      await this.#commit(result.state);
      return { kind: "accepted", changeId };
    });
  }

  /** Resolves when the changes under way are done; later ones are turned away. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#tail;
  }

  async #commit(next: ZoneState): Promise<void> {
    await saveZones(this.#file, next);
    this.#state = next;
    this.#published(next);
  }

  async #inTurn<T>(step: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new ZonesUnavailable("the DNS server is stopping");
    if (this.#waiting >= MAX_WAITING) throw new ZonesUnavailable(`${MAX_WAITING} changes wait`);
    this.#waiting += 1;
    const turn = this.#tail.then(step).finally(() => {
      this.#waiting -= 1;
    });
    this.#tail = turn.catch(() => undefined);
    return turn;
  }
}
