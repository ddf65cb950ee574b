import type { Notifier } from "../../ports/notifier.ts";
import type { Host } from "../host.ts";
import type { Operator } from "../operator.ts";
import { NoticeTeller } from "./notice-teller.ts";
import { Turns } from "./turns.ts";

export interface NoticeParts extends Pick<Host, "clock" | "random" | "log"> {
  readonly operator: Pick<Operator, "apps" | "environments" | "feed">;
  readonly notifier: Notifier;
  /** Ends the following. */
  readonly signal: AbortSignal;
}

/** What the feed has lost, or was decided before, is told by then. */
const SWEEP_MS = 600_000;

/**
 * Tells how each environment stands, whenever a decision about it is made, of apps whose configuration
 * names a repository. Ends with the signal; it never rejects.
 */
export async function followNotices(parts: NoticeParts): Promise<void> {
  const { clock, notifier, signal } = parts;
  const teller = new NoticeTeller(parts);
  const turns = new Turns(parts, (name) => teller.tellAbout(name, notifier));
  const markAll = async () => {
    for (const name of await teller.environments()) turns.mark(name);
  };
  const sweeping = async () => {
    while (!signal.aborted) {
      await markAll();
      await clock.wait(SWEEP_MS, signal);
    }
  };
  await Promise.all([followFeed(parts, turns, markAll), sweeping(), turns.run()]);
}

/** A feed ends for a follower that is too far behind: the next one begins with all there is. */
async function followFeed(
  { operator, signal }: NoticeParts,
  turns: Turns,
  markAll: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    for await (const { stream } of operator.feed(signal)) {
      if (stream.startsWith("env#")) turns.mark(stream.slice("env#".length));
    }
    if (!signal.aborted) await markAll();
  }
}
