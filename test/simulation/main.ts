import { parseArgs } from "node:util";
import { explore } from "./explore.ts";
import { mutated } from "./mutate.ts";
import { MUTATIONS } from "./mutations.ts";
import { PAIRS } from "./pairs.ts";
import { simulate } from "./simulate.ts";
import { Violation } from "./violation.ts";

const USAGE = `Searches for a schedule that breaks a guarantee of docs/guarantees.md.

  npm run sim -- --seeds 100000       so many seeds, from --from on (1)
  npm run sim -- --from 42 --seeds 1 --trace
                                      one seed, with every call and fault in order
  npm run sim -- --mutations          without each protection in turn: which seed finds it
  npm run sim -- --mutation fence --from 3 --seeds 1 --trace
  npm run sim -- --pairs              every order of the calls of two commands
`;

/** Of the orders that two commands can be carried out in. */
const FEWEST_ENDS = 10;

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    from: { type: "string", default: "1" },
    trace: { type: "boolean", default: false },
    mutation: { type: "string" },
    mutations: { type: "boolean", default: false },
    pairs: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const from = Number(values.from);
const count = Number(values.seeds ?? (values.mutations ? 2000 : 1000));
if (values.help || !Number.isSafeInteger(from + count) || count < 1) {
  process.stdout.write(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else if (values.pairs) await explorePairs();
else if (values.mutations) await searchMutations();
else await search();

async function search(): Promise<void> {
  const mutation = MUTATIONS.find(({ name }) => name === values.mutation);
  if (values.mutation !== undefined && !mutation) throw new Error(`no mutation ${values.mutation}`);
  const run = mutation ? (await mutated(mutation)).simulate : simulate;
  let moves = 0;
  let flips = 0;
  const began = performance.now();
  for (let seed = from; seed < from + count; seed++) {
    const { violation, trace, ...done } = await run(seed, values.trace);
    moves += done.moves;
    flips += done.flips;
    if (values.trace) process.stdout.write(`${trace.join("\n")}\n`);
    if (!violation) continue;
    console.error(violation.cause ?? violation.message);
    console.error(`Seed ${seed} breaks a guarantee. Read what happened:`);
    const flag = mutation ? ` --mutation ${mutation.name}` : "";
    console.error(`  npm run sim --${flag} --from ${seed} --seeds 1 --trace`);
    process.exitCode = 1;
    return;
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${count} seeds, ${moves} moves, ${flips} flips in ${seconds} s: every guarantee held`,
  );
}

async function explorePairs(): Promise<void> {
  for (const pair of PAIRS) {
    const { states, ends } = await explore(pair);
    if (ends < FEWEST_ENDS) {
      throw new Error(`${pair.name} came to ${ends} ends only: hardly an order was tried`);
    }
    console.log(`${pair.name.padEnd(36)} ${states} states, ${ends} ends: every guarantee held`);
  }
}

async function searchMutations(): Promise<void> {
  for (const mutation of MUTATIONS) {
    const { simulate: run } = await mutated(mutation);
    const found = await firstBroken(run, Math.max(from, mutation.from ?? 1));
    if (!found) process.exitCode = 1;
    const what = found ? `seed ${found.seed}: ${found.message}` : `not found in ${count} seeds`;
    console.log(`${mutation.name.padEnd(22)} ${what}`);
  }
}

async function firstBroken(run: typeof simulate, first: number) {
  for (let seed = first; seed < first + count; seed++) {
    const { violation } = await run(seed);
    if (violation instanceof Violation || violation?.name === "Violation") {
      return { seed, message: violation.message };
    }
  }
  return undefined;
}
