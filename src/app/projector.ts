import type { StreamName } from "../domain/batch.ts";
import type { Folded } from "../domain/decider.ts";
import type { Host } from "./host.ts";
import { projectionOf } from "./projection.ts";

/**
 * How long a projection waits. SQLite writes and syncs within the call, which would hold up the change
 * of records that a decision asks for; and what is decided on its heels is written with it.
 */
const BEHIND_MS = 100;

/**
 * Writes what a person reads in the table, behind the decisions and never in their way. A write
 * that fails is left to the next decision: nothing decides from a projection alone.
 */
export class Projector {
  readonly #host: Host;
  readonly #schema: number;
  readonly #waiting = new Map<StreamName, Folded>();
  readonly #writing = new Map<StreamName, Promise<void>>();
  #hurry = new AbortController();

  constructor(host: Host, schema: number) {
    this.#host = host;
    this.#schema = schema;
  }

  project(stream: StreamName, state: Folded): void {
    this.#waiting.set(stream, state);
    if (this.#writing.has(stream)) return;
    this.#writing.set(stream, this.#drain(stream));
  }

  /** Resolves when all that waits is written, at once. */
  async flush(): Promise<void> {
    this.#hurry.abort();
    while (this.#writing.size > 0) await Promise.all(this.#writing.values());
    this.#hurry = new AbortController();
  }

  async #drain(stream: StreamName): Promise<void> {
    do {
      await this.#host.clock.wait(BEHIND_MS, this.#hurry.signal);
      await this.#write(stream);
    } while (this.#waiting.has(stream));
    this.#writing.delete(stream);
  }

  async #write(stream: StreamName): Promise<void> {
    const state = this.#waiting.get(stream);
    if (state === undefined) return;
    this.#waiting.delete(stream);
    try {
      const projection = projectionOf(this.#host, this.#schema, state);
      await this.#host.store.project(stream, projection);
    } catch (error) {
      this.#host.log("warn", `the projection of ${stream} was not written`, { error });
    }
  }
}
