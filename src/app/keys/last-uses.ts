import type { StreamName } from "../../domain/batch.ts";
import type { Host } from "../host.ts";

/** A use is written at most this often for each key, and so is forgotten by at most this much in a crash. */
export const LAST_USE_WRITTEN_EVERY_MS = 5 * 60_000;

const SCHEMA = 1;

interface Use {
  readonly at: number;
  /** When the use was last written by this process, or begun to be. */
  readonly writtenAt: number;
}

/**
 * When each key was last used. That decides nothing, so it is no event: it is kept in memory, and
 * written now and then as a projection of its own for each key, whose revision is the time of use.
 * The table keeps the highest revision, so of several operators the latest use wins.
 */
export class LastUses {
  readonly #host: Host;
  /** One for each key that was good when it was used, so bounded by the keys there are. */
  readonly #uses = new Map<string, Use>();
  readonly #writing = new Set<Promise<void>>();

  constructor(host: Host) {
    this.#host = host;
  }

  note(id: string): void {
    const at = this.#host.clock.now();
    const writtenAt = this.#uses.get(id)?.writtenAt;
    const isDue = writtenAt === undefined || at - writtenAt >= LAST_USE_WRITTEN_EVERY_MS;
    this.#uses.set(id, { at, writtenAt: isDue ? at : writtenAt });
    if (isDue) this.#write(id, at);
  }

  /** Epoch milliseconds; undefined for a key that nobody used. */
  async of(id: string): Promise<number | undefined> {
    const stored = await this.#host.store.projection(useStream(id));
    const times = [this.#uses.get(id)?.at, stored?.revision].filter((at) => at !== undefined);
    return times.length === 0 ? undefined : Math.max(...times);
  }

  /** Writes what is not written yet and waits for it. */
  async flush(): Promise<void> {
    for (const [id, { at, writtenAt }] of this.#uses) {
      if (at === writtenAt) continue;
      this.#uses.set(id, { at, writtenAt: at });
      this.#write(id, at);
    }
    await Promise.all(this.#writing);
  }

  #write(id: string, at: number): void {
    const projection = { revision: at, schema: SCHEMA, state: { key: id, usedAt: at } };
    const writing = this.#host.store
      .project(useStream(id), projection)
      .catch((error: unknown) => {
        this.#host.log("warn", `the last use of key ${id} was not written`, { error });
      })
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }
}

function useStream(id: string): StreamName {
  return `key-use#${id}`;
}
