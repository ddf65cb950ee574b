import type { StreamName } from "../domain/batch.ts";
import type { Folded } from "../domain/decider.ts";
import type { Host } from "./host.ts";
import { projectionOf } from "./projection.ts";

/**
 * Writes what a person reads in the table, behind the decisions and never in their way. A write
 * that fails is left to the next decision: nothing decides from a projection alone.
 */
export class Projector {
  readonly #host: Host;
  readonly #schema: number;
  readonly #waiting = new Map<StreamName, Folded>();
  readonly #writing = new Map<StreamName, Promise<void>>();

  constructor(host: Host, schema: number) {
    this.#host = host;
    this.#schema = schema;
  }

  project(stream: StreamName, state: Folded): void {
    this.#waiting.set(stream, state);
    if (this.#writing.has(stream)) return;
    this.#writing.set(
      stream,
      this.#drain(stream).finally(() => this.#writing.delete(stream)),
    );
  }

  async flush(): Promise<void> {
    while (this.#writing.size > 0) await Promise.all(this.#writing.values());
  }

  async #drain(stream: StreamName): Promise<void> {
    await Promise.resolve();
    for (let state = this.#take(stream); state; state = this.#take(stream)) {
      try {
        const projection = projectionOf(this.#host, this.#schema, state);
        await this.#host.store.project(stream, projection);
      } catch (error) {
        this.#host.log("warn", `the projection of ${stream} was not written`, { error });
      }
    }
  }

  #take(stream: StreamName): Folded | undefined {
    const state = this.#waiting.get(stream);
    this.#waiting.delete(stream);
    return state;
  }
}
