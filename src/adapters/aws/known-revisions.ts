import type { StreamName } from "../../domain/batch.ts";

/**
 * The highest revision of each log that was seen in the table. Batches are never removed and leave
 * no gaps, so what was seen once stays true; forgetting a log costs one read.
 */
export class KnownRevisions {
  readonly #revisions = new Map<StreamName, number>();
  readonly #limit: number;

  /** @param limit how many logs to remember; the one noted longest ago is forgotten first. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  has(stream: StreamName, revision: number): boolean {
    return revision <= (this.#revisions.get(stream) ?? 0);
  }

  note(stream: StreamName, revision: number): void {
    const highest = Math.max(revision, this.#revisions.get(stream) ?? 0);
    this.#revisions.delete(stream);
    this.#revisions.set(stream, highest);
    if (this.#revisions.size <= this.#limit) return;
    for (const oldest of this.#revisions.keys()) {
      this.#revisions.delete(oldest);
      return;
    }
  }
}
