import type { EnvironmentName } from "../../domain/configuration.ts";
import type { ConfiguredState, EnvironmentState } from "../../domain/environment/state.ts";
import { isRefusal } from "../../domain/refusal.ts";
import type { Notice, Notifier } from "../../ports/notifier.ts";
import { NoticeRefused } from "../../ports/notifier.ts";
import type { Host } from "../host.ts";
import type { Operator } from "../operator.ts";
import { noticesOf } from "./notices-of.ts";
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
 * names a repository. It tells what is and not what happened, and so at least once whatever is missed or
 * comes twice. Ends with the signal; it never rejects.
 */
export async function followNotices(parts: NoticeParts): Promise<void> {
  const { clock, signal } = parts;
  const told = new Map<EnvironmentName, ReadonlyMap<string, string>>();
  const turns = new Turns(parts, (name) => tellAbout(parts, name, told));
  const sweeping = async () => {
    while (!signal.aborted) {
      await markAll(parts, turns);
      await clock.wait(SWEEP_MS, signal);
    }
  };
  await Promise.all([followFeed(parts, turns), sweeping(), turns.run()]);
}

/** A feed ends for a follower that is too far behind: the next one begins with all there is. */
async function followFeed(parts: NoticeParts, turns: Turns): Promise<void> {
  const { operator, signal } = parts;
  while (!signal.aborted) {
    for await (const { stream } of operator.feed(signal)) {
      if (stream.startsWith("env#")) turns.mark(stream.slice("env#".length));
    }
    if (!signal.aborted) await markAll(parts, turns);
  }
}

async function markAll({ operator, log }: NoticeParts, turns: Turns): Promise<void> {
  try {
    for (const { name, configuration } of await operator.apps.list()) {
      if (configuration?.repository === undefined) continue;
      for (const environment of Object.keys(configuration.environments)) {
        turns.mark(`${name}/${environment}`);
      }
    }
  } catch (error) {
    log("warn", "the apps can't be listed, so nothing new is told of them", { error });
  }
}

/** Throws where it is to be tried again. */
async function tellAbout(
  { operator, notifier, log }: NoticeParts,
  name: EnvironmentName,
  told: Map<EnvironmentName, ReadonlyMap<string, string>>,
): Promise<void> {
  const app = await operator.apps.get(name.slice(0, name.indexOf("/")));
  if (isRefusal(app) || app.configuration?.repository === undefined) return;
  const state = await operator.environments.get(name);
  if (isRefusal(state) || !isConfigured(state)) return;
  const before = told.get(name);
  const now = new Map<string, string>();
  told.set(name, now);
  for (const notice of noticesOf(state)) {
    const words = JSON.stringify(notice);
    if (before?.get(notice.id) !== words) await tellOrLog(notifier, notice, log);
    now.set(notice.id, words);
  }
}

async function tellOrLog(notifier: Notifier, notice: Notice, log: Host["log"]): Promise<void> {
  try {
    await notifier.tell(notice);
  } catch (error) {
    if (!(error instanceof NoticeRefused)) throw error;
    log("warn", "a notice was refused, and is not told again", {
      notice: notice.id,
      state: notice.state,
      reason: error.message,
    });
  }
}

function isConfigured(state: EnvironmentState): state is ConfiguredState {
  return state.configured !== undefined;
}
