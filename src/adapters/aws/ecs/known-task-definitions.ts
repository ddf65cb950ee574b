import type { Described } from "./task-definition.ts";

/** Task definitions by ARN. A revision never changes, so what was described once stays true. */
export class KnownTaskDefinitions {
  readonly #known = new Map<string, Described>();
  readonly #limit: number;

  /** @param limit how many to remember; the one asked for longest ago is forgotten first */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get(arn: string): Described | undefined {
    const known = this.#known.get(arn);
    if (known) this.note(arn, known);
    return known;
  }

  note(arn: string, described: Described): void {
    this.#known.delete(arn);
    this.#known.set(arn, described);
    if (this.#known.size <= this.#limit) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }
}
