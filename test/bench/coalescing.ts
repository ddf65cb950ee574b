import { type ManyFlips, manyFlips } from "../support/many-flips.ts";
import type { Bench, Benchmark, Line } from "./frame/benchmark.ts";

const FLIPS = 1_000;

export const coalescingBenchmark: Benchmark = {
  name: "coalescing",
  title: `${FLIPS} flips asked for at once in one zone of a simulated Route 53`,
  run: measure,
};

/** The clock is the simulation's: the figures are the same on every machine. */
async function measure({ quick }: Bench): Promise<readonly Line[]> {
  const flips = quick ? FLIPS / 10 : FLIPS;
  const coalesced = await manyFlips(flips, "coalesced");
  const alone = await manyFlips(flips, "alone");
  const line = (what: string, unit: string, of: (one: ManyFlips) => number): Line => ({
    what: `${what}, ${flips.toLocaleString("en-US")} flips`,
    unit,
    ours: [of(coalesced)],
    peer: { name: "one batch a flip", samples: [of(alone)] },
  });
  return [
    line("change batches", "batches", ({ batches }) => batches),
    line("until the last is in sync", "simulated s", ({ seconds }) => seconds),
  ];
}
