import type { EnvironmentCommand } from "../../src/domain/environment/commands.ts";
import type { EnvironmentState } from "../../src/domain/environment/state.ts";
import { isRefusal } from "../../src/domain/refusal.ts";
import { blueGreen, PRODUCTION, rainbow, release } from "../support/engine.ts";
import { calm, converge } from "./converge.ts";
import type { Wish } from "./people.ts";
import type { Witness } from "./witness.ts";
import type { World } from "./world.ts";

/** What somebody asks for who looks at the environment first. */
type Ask = (state: EnvironmentState) => Wish;

/** Two commands that are given at once, one at each of two operators. */
export interface Pair {
  readonly name: string;
  /** What was asked for before, one thing after the other. */
  readonly before: readonly Ask[];
  readonly commands: readonly [Ask, Ask];
  /** Whether one may be carried out after the other. */
  readonly bothMayWin: boolean;
  /** Whether both refuse unless the environment is as it was when they were given. */
  readonly areExpecting: boolean;
}

const deploy =
  (letter: string): Ask =>
  () => ({ type: "deploy", release: release(letter) });
const request: Ask = () => ({ type: "request-flip" });
const approve: Ask = ({ requests }) => ({
  type: "approve",
  requestId: requests.at(-1)?.id ?? "",
});
const flip: Ask = ({ live }) => ({ type: "flip", to: live === "blue" ? "green" : "blue" });
const revert: Ask = () => ({ type: "revert" });
const abort: Ask = () => ({ type: "abort" });
const freeze: Ask = () => ({ type: "freeze" });

const ASKED = [deploy("a"), request];
const APPROVED = [...ASKED, approve];
/** Both sides have been live, and the standby holds another release that is approved. */
const LIVED = [...APPROVED, flip, deploy("b"), request, approve];

const RIVALS = [
  { name: "deploy and deploy", before: [], commands: [deploy("a"), deploy("b")] },
  { name: "approve and deploy", before: ASKED, commands: [approve, deploy("b")], both: true },
  { name: "flip and flip", before: APPROVED, commands: [flip, flip] },
  { name: "flip and deploy", before: APPROVED, commands: [flip, deploy("b")] },
  { name: "flip and freeze", before: APPROVED, commands: [flip, freeze], both: true },
  { name: "flip and abort", before: APPROVED, commands: [flip, abort], both: true },
  { name: "flip and revert", before: LIVED, commands: [flip, revert], both: true },
] as const;

export const PAIRS: readonly Pair[] = RIVALS.flatMap(({ name, before, commands, ...more }) => {
  const bothMayWin = "both" in more;
  return [
    { name, before, commands, bothMayWin, areExpecting: false },
    { name: `${name} at one revision`, before, commands, bothMayWin: false, areExpecting: true },
  ];
});

/** Two operators in an environment in which the pair's past has come to rest; returns its commands. */
export async function arrange(
  world: World,
  witness: Witness,
  pair: Pair,
): Promise<readonly EnvironmentCommand[]> {
  const process = world.startOperator();
  world.startOperator();
  await converge(world, witness, rainbow({ production: blueGreen({ ttlSeconds: 5 }) }));
  const look = async () => {
    const looked = process.ask(({ environments }) => environments.get(PRODUCTION));
    await world.wire.settle();
    await calm(world, witness);
    const state = await looked;
    if (isRefusal(state)) throw new Error(state.message);
    return state;
  };
  for (const [index, ask] of pair.before.entries()) {
    const command = asked(ask(await look()), `before-${index}`);
    const done = process.ask(({ environments }) => environments.execute(PRODUCTION, command));
    await world.wire.settle();
    await calm(world, witness);
    const outcome = await done;
    if (isRefusal(outcome)) throw new Error(`${pair.name}: ${outcome.message}`);
    await converge(world, witness, undefined);
  }
  const state = await look();
  const expect = pair.areExpecting ? { expectRevision: state.revision } : {};
  return pair.commands.map((ask, index) => asked(ask(state), `rival-${index}`, expect));
}

function asked(wish: Wish, name: string, more = {}): EnvironmentCommand {
  return {
    ...wish,
    meta: { id: name, actor: { name, via: "api" }, ...more },
  } as EnvironmentCommand;
}
