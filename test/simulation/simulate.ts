import { isRefusal } from "../../src/domain/refusal.ts";
import { PRODUCTION } from "../support/engine.ts";
import { Chance } from "./chance.ts";
import { calm, converge } from "./converge.ts";
import { Developers } from "./developers.ts";
import { happen } from "./happenings.ts";
import { People } from "./people.ts";
import type { Terms } from "./terms.ts";
import { drawTerms } from "./terms.ts";
import { Violation } from "./violation.ts";
import type { Flight } from "./wire.ts";
import { PRODUCTION_RECORDS, Witness } from "./witness.ts";
import { APP, World } from "./world.ts";

export interface Simulated {
  readonly seed: number;
  /** Absent when every guarantee held. */
  readonly violation?: Error;
  readonly moves: number;
  readonly flips: number;
  /** Empty unless asked for. */
  readonly trace: readonly string[];
}

/** One run: the same seed makes the same choices and comes to the same end. */
export async function simulate(seed: number, isTracing = false): Promise<Simulated> {
  const chance = new Chance(seed);
  const terms = drawTerms(chance);
  const world = new World({ isTracing, hasPipeline: terms.hasPipeline });
  const witness = new Witness(world, PRODUCTION, PRODUCTION_RECORDS);
  const people = new People(world, witness, chance, PRODUCTION);
  const developers = new Developers(world, chance, terms);
  let moves = 0;
  try {
    for (let n = 0; n < terms.operators; n++) world.startOperator();
    await world.wire.settle();
    configure(world, terms, 0);
    if (chance.percent(90)) await calm(world, witness);
    for (let n = 0; n < terms.people; n++) people.join(["ana", "ben", "ci"][n] ?? "dee");
    for (; moves < terms.moves; moves++) {
      await move({ world, witness, people, developers, chance, terms });
    }
    await converge(world, witness, terms.configurations[0]);
    people.checkFates();
  } catch (error) {
    const violation =
      error instanceof Violation ? error : new Error("the simulation broke", { cause: error });
    return { seed, violation, moves, flips: witness.log.flips, trace: world.wire.trace };
  }
  return { seed, moves, flips: witness.log.flips, trace: world.wire.trace };
}

interface Scene {
  readonly world: World;
  readonly witness: Witness;
  readonly people: People;
  readonly developers: Developers;
  readonly chance: Chance;
  readonly terms: Terms;
}

async function move(scene: Scene): Promise<void> {
  const { world, witness, people, developers, chance, terms } = scene;
  const { wire } = world;
  const roll = chance.below(1000);
  if (roll < 4 && world.operators.length - terms.operators < terms.deaths) {
    if (world.alive.length > 0) world.kill(chance.one(world.alive));
  } else if (world.alive.length === 0 || (roll < 20 && world.alive.length < terms.operators)) {
    world.startOperator();
  } else if (roll < 160) await people.giveTurn();
  else if (roll < 175 && terms.hasPipeline) developers.push();
  else if (roll < 180 && terms.configurations.length > 1) {
    configure(world, terms, chance.below(terms.configurations.length));
  } else if (roll < 290) await happen(scene);
  else if (roll < 305) await calm(world, witness);
  else if (roll < 360 || wire.flights.length === 0) await wire.tick();
  else await fly(scene, chance.one(wire.flights));
  await wire.settle();
}

/** One call goes on, and sometimes wrong. */
async function fly({ world, witness, chance, terms }: Scene, flight: Flight): Promise<void> {
  const { wire } = world;
  const goesWrong = chance.percent(terms.faultsPercent);
  // What nobody waits for may come very late.
  if (flight.isOrphan && chance.percent(90)) return;
  if (flight.isOrphan && chance.percent(30)) return wire.drop(flight);
  if (flight.state === "answered") return goesWrong ? wire.lose(flight) : wire.answer(flight);
  if (!goesWrong || flight.isOrphan) {
    await wire.deliver(flight);
    // Most answers come before anything else happens.
    if (!flight.isOrphan && chance.percent(75)) await wire.answer(flight);
  } else if (chance.percent(30)) await wire.deliver(flight, true);
  else return wire.lose(flight, chance.percent(50));
  if (flight.verb.startsWith("runtime.")) await witness.look();
}

/** A configuration is applied at one of the operators, whose answer nobody waits for. */
function configure(world: World, terms: Terms, index: number): void {
  const [process] = world.alive;
  const configuration = terms.configurations[index];
  if (!process || !configuration) return;
  const id = `apply-${world.wire.now}-${index}-${world.operators.length}`;
  process
    .ask((operator) =>
      operator.apps.configure(configuration, { id, actor: { name: "ci", via: "api" } }),
    )
    .then(
      (outcome) =>
        world.wire.note(
          () => `${APP} is configured: ${isRefusal(outcome) ? outcome.code : "done"}`,
        ),
      () => world.wire.note(() => `${id} had no answer`),
    );
}
