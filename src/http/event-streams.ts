import type { FeedEvent } from "../contract/api.ts";

/** Well below 60 s, after which ELB and nginx close an idle connection unless told otherwise. */
const HEARTBEAT_MS = 15_000;

/** What one reader is told. */
export interface Source {
  readonly feed: (signal: AbortSignal) => AsyncIterable<FeedEvent>;
  /** Asked before anything is sent: the reader's key may have been revoked. */
  readonly mayListen: () => Promise<boolean>;
  readonly onFailure: (error: unknown) => void;
}

/** The server-sent event streams that are open, of which there is a most. */
export class EventStreams {
  readonly most: number;
  readonly #heartbeatMs: number;
  readonly #open = new Set<AbortController>();

  constructor({ most = 100, heartbeatMs = HEARTBEAT_MS } = {}) {
    this.most = most;
    this.#heartbeatMs = heartbeatMs;
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * Sends what the feed yields as fast as the reader takes it; nothing is kept here. It ends with
   * the feed, when the reader goes away or may listen no more, or with `endAll`. Undefined when there are
   * too many.
   */
  open(source: Source): ReadableStream<Uint8Array> | undefined {
    if (this.#open.size >= this.most) return undefined;
    const ending = new AbortController();
    this.#open.add(ending);
    ending.signal.addEventListener("abort", () => this.#open.delete(ending), { once: true });
    return eventStream(source, ending, this.#heartbeatMs);
  }

  endAll(): void {
    for (const ending of this.#open) ending.abort();
  }
}

function eventStream(
  { feed, mayListen, onFailure }: Source,
  ending: AbortController,
  heartbeatMs: number,
): ReadableStream<Uint8Array> {
  const { signal } = ending;
  const encoder = new TextEncoder();
  let events: AsyncIterator<FeedEvent> | undefined;
  let arrived: IteratorResult<FeedEvent> | undefined;
  let wake: (() => void) | undefined;
  signal.addEventListener("abort", () => wake?.(), { once: true });

  const listen = (iterator: AsyncIterator<FeedEvent>) => {
    iterator
      .next()
      .then(
        (result) => {
          arrived = result;
        },
        (error: unknown) => {
          if (!signal.aborted) onFailure(error);
          ending.abort();
        },
      )
      .finally(() => wake?.());
  };

  const nextChunk = async (): Promise<string | undefined> => {
    if (!events) {
      events = feed(signal)[Symbol.asyncIterator]();
      listen(events);
      return "retry: 2000\n: listening\n\n";
    }
    if (!arrived && !signal.aborted) await wokenWithin(heartbeatMs);
    if (signal.aborted || arrived?.done) return undefined;
    if (!arrived) return ": still here\n\n";
    const event = arrived.value;
    arrived = undefined;
    listen(events);
    return `id: ${event.stream}@${event.revision}\nevent: decision\ndata: ${JSON.stringify(event)}\n\n`;
  };

  const stillMay = () =>
    mayListen().catch((error: unknown) => {
      onFailure(error);
      return false;
    });

  const wokenWithin = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await nextChunk();
        if (chunk !== undefined && (await stillMay()))
          return controller.enqueue(encoder.encode(chunk));
        ending.abort();
        controller.close();
      },
      cancel: () => ending.abort(),
    },
    { highWaterMark: 0 },
  );
}
