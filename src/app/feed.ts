import type { Batch } from "../domain/batch.ts";

type AnyBatch = Batch<{ readonly type: string }>;

/** A follower that is this far behind has lost the feed and is cut off. */
const MAX_BEHIND = 1000;

/** Hands every decision that this process sees to whoever follows. */
export class Feed {
  readonly #followers = new Set<(batch: AnyBatch) => void>();

  publish(batch: AnyBatch): void {
    for (const tell of this.#followers) tell(batch);
  }

  /** Calls `tell` for each decision until the returned function is called. */
  onBatch(tell: (batch: AnyBatch) => void): () => void {
    this.#followers.add(tell);
    return () => this.#followers.delete(tell);
  }

  async *follow(signal: AbortSignal): AsyncGenerator<AnyBatch> {
    const behind: AnyBatch[] = [];
    let wake: (() => void) | undefined;
    const unfollow = this.onBatch((batch) => {
      behind.push(batch);
      wake?.();
    });
    const stop = () => wake?.();
    signal.addEventListener("abort", stop);
    try {
      while (!signal.aborted && behind.length <= MAX_BEHIND) {
        const batch = behind.shift();
        if (batch) yield batch;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener("abort", stop);
      unfollow();
    }
  }
}
