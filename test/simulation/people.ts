import type { CommandMeta } from "../../src/domain/batch.ts";
import type { EnvironmentCommand } from "../../src/domain/environment/commands.ts";
import type { EnvironmentState } from "../../src/domain/environment/state.ts";
import { isRefusal } from "../../src/domain/refusal.ts";
import { release } from "../support/engine.ts";
import type { Chance } from "./chance.ts";
import type { Witness } from "./witness.ts";
import type { World } from "./world.ts";

/** Attempts at one command, all under its id, before a person gives up on it. */
const ATTEMPTS = 4;

/** Percent of answers that don't reach who asked, beside those of an operator that breaks down. */
const LOST_ANSWERS = 10;

/** A command without who asks. */
export type Wish = EnvironmentCommand extends infer Command
  ? Command extends EnvironmentCommand
    ? Omit<Command, "meta">
    : never
  : never;

/** `done`: an operator said so. `refused`: so too, each time. `unknown`: an operator broke down over it. */
type Fate = "done" | "refused" | "unknown";

/** People and pipelines, who look, decide what to do, and repeat what got no answer. */
export class People {
  readonly #world: World;
  readonly #witness: Witness;
  readonly #chance: Chance;
  readonly #environment: string;
  /** Ends of the pauses that they make between two things. */
  readonly #turns: (() => void)[] = [];
  readonly #fates = new Map<string, Fate>();
  /** Commands that were on record when they were refused. */
  readonly #refusedRepeats: string[] = [];
  #commands = 0;

  constructor(world: World, witness: Witness, chance: Chance, environment: string) {
    this.#world = world;
    this.#witness = witness;
    this.#chance = chance;
    this.#environment = environment;
  }

  /** Somebody who goes on as long as turns are given. */
  join(name: string): void {
    void this.#work(name);
  }

  /** One of those who are not waiting for an answer does the next thing. */
  async giveTurn(): Promise<void> {
    if (this.#turns.length === 0) return;
    const [turn] = this.#turns.splice(this.#chance.below(this.#turns.length), 1);
    turn?.();
    await this.#world.wire.settle();
  }

  /** What people were told must be what the log says (G2, G4). */
  checkFates(): void {
    const [refused] = this.#refusedRepeats;
    this.#witness.check(refused === undefined, "G4", `${refused} is there, its repeat was refused`);
    for (const [id, fate] of this.#fates) {
      const isThere = this.#witness.log.has(id);
      if (fate === "done") this.#witness.check(isThere, "G2", `${id} was acknowledged and is lost`);
      if (fate === "refused") this.#witness.check(!isThere, "G4", `${id} was refused and is there`);
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#turns.push(resolve));
  }

  async #work(name: string): Promise<void> {
    for (;;) {
      await this.#turn();
      const command = await this.#decide(name).catch(() => undefined);
      if (command) await this.#carryThrough(command);
    }
  }

  /** Asks again under the same id when the operator breaks down, or when its answer was lost on the way. */
  async #carryThrough(command: EnvironmentCommand): Promise<void> {
    const { id } = command.meta;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await this.#turn();
      const wasThere = this.#witness.log.has(id);
      try {
        const outcome = await this.#anyOperator().ask(({ environments }) =>
          command.type === "mend"
            ? environments.mend(this.#environment, command.meta)
            : environments.execute(this.#environment, command),
        );
        if (isRefusal(outcome)) {
          if (wasThere) this.#refusedRepeats.push(id);
          // An attempt before this one may be carried out yet.
          if (attempt === 0) this.#fates.set(id, "refused");
        } else if (outcome.events.length > 0) {
          this.#fates.set(id, "done");
        }
        this.#world.wire.note(() => `${id} ${isRefusal(outcome) ? outcome.code : "done"}`);
        if (!this.#chance.percent(LOST_ANSWERS)) return;
        await this.#turn();
        await this.#turn();
      } catch {
        if (this.#fates.get(id) !== "done") this.#fates.set(id, "unknown");
      }
    }
  }

  #anyOperator() {
    return this.#chance.one(this.#world.alive);
  }

  async #decide(name: string): Promise<EnvironmentCommand | undefined> {
    const process = this.#anyOperator();
    const state = await process.ask(async (operator) =>
      operator.environments.get(this.#environment),
    );
    const wish = isRefusal(state) ? undefined : this.#wish(state);
    if (!wish || isRefusal(state)) return undefined;
    this.#commands += 1;
    const meta: CommandMeta = {
      id: `${name}-${this.#commands}`,
      actor: { name, via: "api" },
      ...(this.#chance.percent(10) ? { expectRevision: state.revision } : {}),
    };
    return { ...wish, meta } as EnvironmentCommand;
  }

  /** Mostly what the state suggests, sometimes anything; undefined: to wait and see. */
  #wish(state: EnvironmentState): Wish | undefined {
    const standby = state.live === "blue" ? "green" : "blue";
    const request = state.requests.at(-1);
    const requestId = request?.id ?? "production-0";
    const deploy: Wish = { type: "deploy", release: release(this.#chance.one([..."abcdef"])) };
    const mend: Wish = { type: "mend", found: { sides: [] } };
    const approve: Wish = { type: "approve", requestId };
    const flip: Wish = { type: "flip", to: standby };
    const anything: readonly Wish[] = [
      deploy,
      mend,
      approve,
      flip,
      { type: "request-flip" },
      { type: "reject", requestId },
      { type: "flip", to: state.live },
      { type: "revert" },
      { type: "revert", to: this.#chance.one(["blue", "green"] as const) },
      { type: "abort" },
      { type: "resume" },
      { type: "freeze" },
      { type: "unfreeze" },
    ];
    if (this.#chance.percent(15)) return this.#chance.one(anything);
    if (state.freeze) return { type: "unfreeze" };
    if (state.drift.length > 0) return mend;
    if (state.traffic.phase === "blocked") {
      return this.#chance.one<Wish>([{ type: "resume" }, { type: "abort" }, mend]);
    }
    if (state.flip) {
      if (this.#chance.percent(60)) return undefined;
      return this.#chance.one<Wish>([{ type: "revert" }, { type: "abort" }, deploy]);
    }
    if (request?.status === "approved") return this.#chance.percent(80) ? flip : deploy;
    if (request?.status === "open")
      return this.#chance.one([approve, approve, approve, flip, deploy]);
    const isNew = state.sides[standby]?.release && !state.sides[standby]?.hasBeenLive;
    return this.#chance.percent(isNew ? 80 : 20) ? { type: "request-flip" } : deploy;
  }
}
