import type { EnvironmentName } from "../../domain/configuration.ts";
import type { ConfiguredState, EnvironmentState } from "../../domain/environment/state.ts";
import { isRefusal } from "../../domain/refusal.ts";
import type { Notice, Notifier } from "../../ports/notifier.ts";
import { NoticeRefused } from "../../ports/notifier.ts";
import type { Host } from "../host.ts";
import type { Operator } from "../operator.ts";
import { noticesOf } from "./notices-of.ts";

export interface NoticeTellerParts extends Pick<Host, "log"> {
  readonly operator: Pick<Operator, "apps" | "environments">;
}

/**
 * Tells how environments stand, of apps whose configuration names a repository, and remembers what it
 * told. It tells what is and not what happened, and so at least once whatever is missed or comes twice.
 */
export class NoticeTeller {
  readonly #parts: NoticeTellerParts;
  readonly #told = new Map<EnvironmentName, ReadonlyMap<string, string>>();

  constructor(parts: NoticeTellerParts) {
    this.#parts = parts;
  }

  /** Those that there may be something to tell about; none, with a line in the log, where the apps can't be listed. */
  async environments(): Promise<readonly EnvironmentName[]> {
    const { operator, log } = this.#parts;
    try {
      const apps = await operator.apps.list();
      return apps.flatMap(({ name, configuration }) =>
        configuration?.repository === undefined
          ? []
          : Object.keys(configuration.environments).map((short) => `${name}/${short}` as const),
      );
    } catch (error) {
      log("warn", "the apps can't be listed, so nothing new is told of them", { error });
      return [];
    }
  }

  /** Throws where it is to be tried again. */
  async tellAbout(name: EnvironmentName, notifier: Notifier): Promise<void> {
    const { operator, log } = this.#parts;
    const app = await operator.apps.get(name.slice(0, name.indexOf("/")));
    if (isRefusal(app) || app.configuration?.repository === undefined) return;
    const state = await operator.environments.get(name);
    if (isRefusal(state) || !isConfigured(state)) return;
    const before = this.#told.get(name);
    const now = new Map<string, string>();
    this.#told.set(name, now);
    for (const notice of noticesOf(state)) {
      const words = JSON.stringify(notice);
      if (before?.get(notice.id) !== words) await tellOrLog(notifier, notice, log);
      now.set(notice.id, words);
    }
  }

  /** About all environments, one after the other, until the signal aborts. What fails is logged, and told by a later call. */
  async tellAll(notifier: Notifier, signal: AbortSignal): Promise<void> {
    for (const name of await this.environments()) {
      if (signal.aborted) return;
      try {
        await this.tellAbout(name, notifier);
      } catch (error) {
        this.#parts.log("warn", `how ${name} stands could not be told yet`, { error });
      }
    }
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
