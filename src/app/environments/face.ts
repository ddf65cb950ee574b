import type { CommandMeta } from "../../domain/batch.ts";
import type { EnvironmentName, SideName } from "../../domain/configuration.ts";
import type { EnvironmentCommand } from "../../domain/environment/commands.ts";
import type { EnvironmentEvent } from "../../domain/environment/events.ts";
import type { EnvironmentState } from "../../domain/environment/state.ts";
import type { Refusal } from "../../domain/refusal.ts";
import { isRefusal, refuse } from "../../domain/refusal.ts";
import type { Side, SideObservation } from "../../ports/side-runtime.ts";
import { readOnlyRefusal } from "../fold.ts";
import type { Host } from "../host.ts";
import type {
  AppsFace,
  Decided,
  DriftReport,
  EnvironmentPlan,
  EnvironmentsFace,
  Outcome,
  SideLog,
} from "../operator.ts";
import { environmentStream } from "../streams.ts";
import { findDrift, isSettled } from "./find-drift.ts";
import { sidesOf } from "./side-of.ts";
import type { EnvironmentJournal } from "./step.ts";
import type { World } from "./world.ts";

export class Environments implements EnvironmentsFace {
  readonly #host: Host;
  readonly #world: World;
  readonly #journal: EnvironmentJournal;
  readonly #apps: AppsFace;

  constructor(host: Host, world: World, journal: EnvironmentJournal, apps: AppsFace) {
    this.#host = host;
    this.#world = world;
    this.#journal = journal;
    this.#apps = apps;
  }

  async list(appName: string): Promise<readonly EnvironmentState[] | Refusal> {
    const app = await this.#apps.get(appName);
    if (isRefusal(app)) return app;
    const names = Object.keys(app.configuration?.environments ?? {});
    const states = await Promise.all(
      names.map((name) => this.#journal.load(environmentStream(`${appName}/${name}`))),
    );
    return states.filter((state) => state.configured);
  }

  async get(name: EnvironmentName): Promise<EnvironmentState | Refusal> {
    const state = await this.#journal.load(environmentStream(name));
    if (state.configured) return state;
    return refuse(
      "unknown_environment",
      `There is no environment ${name}. \`verdigris status\` lists those that there are.`,
      { environment: name },
    );
  }

  execute(
    name: EnvironmentName,
    command: EnvironmentCommand,
  ): Promise<Outcome<EnvironmentState, EnvironmentEvent> | Refusal> {
    return this.#journal.execute(environmentStream(name), command);
  }

  preview(name: EnvironmentName, command: EnvironmentCommand): Promise<EnvironmentPlan | Refusal> {
    return this.#journal.preview(environmentStream(name), command);
  }

  async history(
    name: EnvironmentName,
    query: { readonly beforeRevision?: number; readonly limit: number },
  ): Promise<readonly Decided[] | Refusal> {
    const state = await this.get(name);
    if (isRefusal(state)) return state;
    const decided = await this.#journal.replay(environmentStream(name));
    const before = query.beforeRevision ?? Number.POSITIVE_INFINITY;
    return decided
      .filter(({ batch }) => batch.revision < before)
      .slice(-query.limit)
      .reverse();
  }

  async checkDrift(name: EnvironmentName): Promise<DriftReport | Refusal> {
    const state = await this.get(name);
    if (isRefusal(state)) return state;
    if (state.readOnly) return readOnlyRefusal(environmentStream(name), state.readOnly);
    const settled = isSettled(state);
    const comparable = settled || state.traffic.phase === "blocked";
    const found = comparable ? await findDrift(state, this.#world) : { items: [] };
    return {
      revision: state.revision,
      settled,
      drift: found.items,
      checkedAt: this.#host.clock.now(),
    };
  }

  async mend(
    name: EnvironmentName,
    meta: CommandMeta,
  ): Promise<Outcome<EnvironmentState, EnvironmentEvent> | Refusal> {
    const command = await this.#mending(name, meta);
    return isRefusal(command) ? command : this.execute(name, command);
  }

  async previewMend(name: EnvironmentName, meta: CommandMeta): Promise<EnvironmentPlan | Refusal> {
    const command = await this.#mending(name, meta);
    return isRefusal(command) ? command : this.preview(name, command);
  }

  /** The command that mends exactly what differs now. */
  async #mending(name: EnvironmentName, meta: CommandMeta): Promise<EnvironmentCommand | Refusal> {
    const state = await this.get(name);
    if (isRefusal(state)) return state;
    if (state.readOnly) return readOnlyRefusal(environmentStream(name), state.readOnly);
    const { world: found } = await findDrift(state, this.#world);
    return {
      type: "mend",
      found,
      meta: { expectRevision: state.revision, ...meta },
    };
  }

  async logs(
    state: EnvironmentState,
    { side: only, lines }: { readonly side?: SideName; readonly lines: number },
  ): Promise<readonly SideLog[] | Refusal> {
    const sides = sidesOf(state).filter(({ side }) => only === undefined || side === only);
    if (only !== undefined && sides.length === 0) {
      return refuse("unknown_side", `${state.name} has no side ${only}.`, { side: only });
    }
    return Promise.all(sides.map((side) => this.#logOf(side, lines)));
  }

  async #logOf(side: Side, lines: number): Promise<SideLog> {
    try {
      return { side: side.side, lines: await this.#world.runtime.logs(side, lines) };
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      return { side: side.side, lines: [], fault };
    }
  }

  async observe(
    state: EnvironmentState,
  ): Promise<Readonly<Partial<Record<SideName, SideObservation>>>> {
    const observed = await Promise.all(
      sidesOf(state).map(async (side) => {
        try {
          return [[side.side, await this.#world.runtime.observe(side)] as const];
        } catch (error) {
          this.#host.log("warn", `${side.side} of ${state.name} could not be observed`, { error });
          return [];
        }
      }),
    );
    return Object.fromEntries(observed.flat());
  }
}
