import type { FeedEvent } from "../contract/api.ts";
import type { Batch } from "../domain/batch.ts";
import type { ApiKey } from "../domain/keys.ts";
import { mayActAs } from "../domain/keys.ts";
import { feedEvent } from "./views/decision.ts";

/** The decisions that the caller may see, of one app when that is asked for. */
export async function* feedFor(
  feed: AsyncIterable<Batch<{ readonly type: string }>>,
  caller: ApiKey,
  app: string | undefined,
): AsyncGenerator<FeedEvent, void> {
  for await (const batch of feed) {
    if (maySee(batch.stream, caller) && (app === undefined || appOf(batch.stream) === app)) {
      yield feedEvent(batch);
    }
  }
}

function maySee(stream: string, { role }: ApiKey): boolean {
  return !stream.startsWith("keys#") || mayActAs(role, "admin");
}

/** `env#rainbow/production` → `rainbow`; undefined for logs that belong to no app. */
function appOf(stream: string): string | undefined {
  return /^(?:app|env|release|run)#([^/]+)/.exec(stream)?.[1];
}
