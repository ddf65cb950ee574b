import { createHash } from "node:crypto";
import type { EnvironmentCommand } from "../../src/domain/environment/commands.ts";
import { PRODUCTION } from "../support/engine.ts";
import { calm, converge } from "./converge.ts";
import type { Pair } from "./pairs.ts";
import { arrange } from "./pairs.ts";
import { Violation } from "./violation.ts";
import type { Flight } from "./wire.ts";
import { PRODUCTION_RECORDS, Witness } from "./witness.ts";
import type { OperatorProcess } from "./world.ts";
import { World } from "./world.ts";

export interface Explored {
  /** Different states of world and processes that were reached. */
  readonly states: number;
  /** Of those, the ones in which nothing was left to do but wait; each was brought to rest. */
  readonly ends: number;
}

/** Verbs with an effect that others see; a process that dies between others might as well die before. */
const EFFECTS = ["store.append", "zone.apply", "runtime.deploy"];

/** Has no part in any decision, so its place in the order is of no interest. */
const IDLE = "store.project";

const MOST_STATES = 200_000;

/**
 * Goes through every order in which the calls of two commands, one at each of two operators, can
 * happen, with a process dying at any point of each; a call of the dead may be lost, or arrive at any
 * later point. States that were seen are not gone into again: what follows depends on the state alone.
 */
export async function explore(pair: Pair): Promise<Explored> {
  const seen = new Set<string>();
  let ends = 0;
  const open: (readonly number[])[] = [[]];
  for (let path = open.pop(); path; path = open.pop()) {
    const branch = await Branch.at(pair, path);
    for (;;) {
      const key = await branch.key();
      if (seen.has(key)) break;
      seen.add(key);
      if (seen.size > MOST_STATES) throw new Error(`${pair.name} has too many states`);
      const { moves } = branch;
      if (moves.length === 0) {
        ends += 1;
        await branch.finish();
        break;
      }
      for (let other = moves.length - 1; other > 0; other--) open.push([...branch.path, other]);
      await branch.take(0);
    }
  }
  return { states: seen.size, ends };
}

interface Move {
  readonly name: string;
  readonly make: () => Promise<void>;
}

/** One way through, from the beginning, which can't be gone back. */
class Branch {
  readonly path: number[] = [];
  readonly #pair: Pair;
  readonly #world: World;
  readonly #witness: Witness;
  readonly #operators: readonly OperatorProcess[];
  readonly #commands: readonly EnvironmentCommand[];
  /** What each process was told, in order: its state follows from that. */
  readonly #told = new Map<string, string>();
  readonly #named: string[] = [];

  private constructor(
    pair: Pair,
    world: World,
    witness: Witness,
    commands: readonly EnvironmentCommand[],
  ) {
    this.#pair = pair;
    this.#world = world;
    this.#witness = witness;
    this.#commands = commands;
    this.#operators = world.operators;
    world.wire.onAnswer = (flight) => this.#hear(flight);
  }

  static async at(pair: Pair, path: readonly number[]): Promise<Branch> {
    const world = new World({ isTracing: false, hasPipeline: false });
    const witness = new Witness(world, PRODUCTION, PRODUCTION_RECORDS);
    const commands = await arrange(world, witness, pair);
    const branch = new Branch(pair, world, witness, commands);
    for (const [index, command] of commands.entries()) {
      const asked = branch.#operators[index]?.ask(({ environments }) =>
        environments.execute(PRODUCTION, command),
      );
      asked?.catch(() => undefined);
    }
    await branch.#rest();
    for (const index of path) await branch.take(index);
    return branch;
  }

  get moves(): readonly Move[] {
    const { wire, operators } = this.#world;
    const mayDie = operators.every(({ isAlive }) => isAlive);
    return [
      ...wire.flights.map((flight) => ({
        name: `${flight.process.name} ${flight.verb}${flight.isOrphan ? " late" : ""}`,
        make: () => this.#carryOut(flight),
      })),
      ...(mayDie ? this.#operators.flatMap((process) => this.#deaths(process)) : []),
    ];
  }

  async take(index: number): Promise<void> {
    const move = this.moves[index];
    if (!move) throw new Error(`${this.#pair.name} has no move ${index} at ${this.path.join()}`);
    this.path.push(index);
    this.#named.push(move.name);
    await this.#guarded(async () => {
      await move.make();
      await this.#rest();
    });
  }

  async key(): Promise<string> {
    const { store, zone, runtime, wire } = this.#world;
    const sides = (["blue", "green"] as const).map((side) =>
      runtime.observe({ environment: PRODUCTION, side }),
    );
    const state = [
      await store.read(`env#${PRODUCTION}`, 0),
      zone.records,
      await Promise.all(sides),
      this.#operators.map(({ name, isAlive }) => [isAlive, this.#told.get(name)]),
      wire.flights.map(({ process, verb, args, isOrphan }) => [process.name, verb, args, isOrphan]),
    ];
    return createHash("sha256").update(JSON.stringify(state)).digest("base64");
  }

  /** Nothing is left but to wait: starts who died again, repeats what got no answer, and lets all come to rest. */
  async finish(): Promise<void> {
    await this.#guarded(async () => {
      for (const process of this.#operators) {
        if (!process.isAlive) this.#world.startOperator();
      }
      const [process] = this.#world.alive;
      for (const command of this.#commands) {
        const asked = process?.ask(({ environments }) => environments.execute(PRODUCTION, command));
        asked?.catch(() => undefined);
      }
      await this.#world.wire.settle();
      await calm(this.#world, this.#witness);
      const won = this.#commands.filter(({ meta }) => this.#witness.log.has(meta.id));
      this.#witness.check(
        won.length < 2 || this.#pair.bothMayWin,
        "G2",
        "both commands were carried out",
      );
      this.#witness.check(won.length > 0, "G2", "neither command was carried out");
      await converge(this.#world, this.#witness, undefined);
    });
  }

  async #carryOut(flight: Flight): Promise<void> {
    await this.#world.wire.deliver(flight);
    await this.#witness.look();
    if (!flight.isOrphan) await this.#world.wire.answer(flight);
  }

  #deaths(process: OperatorProcess): readonly Move[] {
    const { wire } = this.#world;
    const pending = wire.flights.filter((flight) => flight.process === process);
    if (pending.length === 0) return [];
    const die = (lost: boolean) => async () => {
      this.#world.kill(process);
      if (lost) for (const flight of pending) wire.drop(flight);
    };
    const inFlight = pending.filter(({ verb }) => EFFECTS.includes(verb));
    return [
      { name: `${process.name} dies, and what it sent is lost`, make: die(true) },
      ...(inFlight.length > 0
        ? [{ name: `${process.name} dies, and what it sent is on its way`, make: die(false) }]
        : []),
      ...inFlight.map((flight) => ({
        name: `${process.name} dies after ${flight.verb}`,
        make: async () => {
          await wire.deliver(flight);
          await this.#witness.look();
          await die(true)();
        },
      })),
    ];
  }

  /** Everything has run that waits for nothing, and what plays no part is done. */
  async #rest(): Promise<void> {
    const { wire } = this.#world;
    await wire.settle();
    for (let call = 0; call < 100; call++) {
      const flight = wire.flights.find(({ verb }) => verb === IDLE);
      if (!flight) return;
      await wire.deliver(flight);
      if (!flight.isOrphan) await wire.answer(flight);
    }
  }

  #hear({ process, verb, args, answer }: Flight): void {
    if (verb === IDLE) return;
    const before = this.#told.get(process.name) ?? "";
    const heard = JSON.stringify([before, verb, args, answer]);
    this.#told.set(process.name, createHash("sha256").update(heard).digest("base64"));
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      throw new Violation(
        error.guarantee,
        `${error.message}, when the calls of "${this.#pair.name}" come so:\n${this.#named.join("\n")}`,
      );
    }
  }
}
