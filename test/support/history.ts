import type { Batch, CommandMeta } from "../../src/domain/batch.ts";
import type { AdvanceFlip, EnvironmentCommand } from "../../src/domain/environment/commands.ts";
import { environmentDecider } from "../../src/domain/environment/decider.ts";
import type { EnvironmentEvent } from "../../src/domain/environment/events.ts";
import type { EnvironmentState } from "../../src/domain/environment/state.ts";
import type { Refusal } from "../../src/domain/refusal.ts";
import { isRefusal } from "../../src/domain/refusal.ts";
import { blueGreen, PRODUCTION, release } from "./engine.ts";

type Bare = EnvironmentCommand extends infer Command
  ? Command extends EnvironmentCommand
    ? Omit<Command, "meta"> & { readonly meta?: Partial<CommandMeta> }
    : never
  : never;

/** Asks the flip in flight to go on, when each of its phases has lasted this long. */
export function advanceAfter(ms: number, { flip, traffic }: EnvironmentState): AdvanceFlip {
  const lasted = (since: number | undefined) => (since === undefined ? undefined : { since, ms });
  const inSync = lasted(traffic.inSyncAt);
  const cachesExpired = lasted(flip?.cachesExpiredAt);
  return {
    type: "advance-flip",
    flipId: flip?.id ?? "",
    ...(inSync && { inSync }),
    ...(cachesExpired && { cachesExpired }),
  };
}

/** An environment decided on by hand: given what happened, when a command is asked, then what. */
export class History {
  state: EnvironmentState;
  now = 0;
  #commands = 0;

  constructor(state = environmentDecider.initialState(`env#${PRODUCTION}`)) {
    this.state = state;
  }

  /** A configured environment whose first release `a` is on blue (standby), green being live and empty. */
  static withStandby(letter = "a"): History {
    return History.configured().deploy(letter);
  }

  static configured(configuration = blueGreen()): History {
    const history = new History();
    history.do({ type: "configure", configured: { configuration, hash: "h1" } });
    return history.settle();
  }

  /** What the command decides, without deciding it. */
  ask(command: Bare): readonly EnvironmentEvent[] | Refusal {
    return environmentDecider.decide(this.state, this.#named(command), this.now);
  }

  do(command: Bare): this {
    const events = this.ask(command);
    if (isRefusal(events)) throw new Error(`refused: ${events.code}: ${events.message}`);
    return events.length === 0 ? this : this.#append(this.#named(command), events);
  }

  /** The records reach the zone and its servers. */
  settle(): this {
    const revision = this.state.traffic.decisions.at(-1)?.revision ?? 0;
    this.do({ type: "report-traffic", revision, result: { phase: "submitted", changeId: "1" } });
    return this.do({ type: "report-traffic", revision, result: { phase: "in-sync" } });
  }

  deploy(letter: string): this {
    this.do({ type: "deploy", release: release(letter) });
    const side = Object.values(this.state.sides).find((s) => s.deployment?.state === "in-flight");
    const deployment = side?.deployment;
    if (!deployment) throw new Error("nothing is being deployed");
    return this.do({
      type: "report-deployment",
      side: deployment.side,
      deploymentId: deployment.id,
      result: { ok: true },
    });
  }

  approve(by = "ben"): this {
    this.do({ type: "request-flip" });
    return this.do({
      type: "approve",
      requestId: this.state.requests.at(-1)?.id ?? "",
      meta: { actor: { name: by, via: "api" } },
    });
  }

  /** A whole flip of the standby: approved, in sync, caches expired, old side quiet. */
  flip(): this {
    this.approve();
    this.do({ type: "flip", to: this.state.live === "blue" ? "green" : "blue" });
    return this.settle().complete();
  }

  complete(): this {
    this.now += 3_600_000;
    this.do(advanceAfter(3_600_000, this.state));
    const oldSide = { requestsSinceExpiry: 0, quiet: true };
    return this.do({ ...advanceAfter(3_600_000, this.state), oldSide });
  }

  #named(command: Bare): EnvironmentCommand {
    this.#commands += 1;
    const meta: CommandMeta = {
      id: `c${this.#commands}`,
      actor: { name: "ana", via: "api" },
      ...command.meta,
    };
    return { ...command, meta } as EnvironmentCommand;
  }

  #append(command: EnvironmentCommand, events: readonly EnvironmentEvent[]): this {
    const batch: Batch<EnvironmentEvent> = {
      stream: `env#${PRODUCTION}`,
      revision: this.state.revision + 1,
      id: `b${this.state.revision + 1}`,
      at: this.now,
      command: { ...command.meta, type: command.type, fingerprint: "" },
      events,
    };
    this.state = environmentDecider.evolve(this.state, batch);
    return this;
  }
}
