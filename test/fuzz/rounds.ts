import { onTestFinished } from "vitest";

/** How much a fuzzer does, and from which seed. */
export interface Rounds {
  readonly runs: number;
  readonly seed: number;
}

/** For `npm test`: always the same inputs. */
export function brief(runs: number): Rounds {
  return { runs, seed: 1 };
}

/**
 * For the long suite: other inputs each time. `FUZZ_ROUNDS` multiplies their number, and `FUZZ_SEED`
 * repeats a run whose seed was printed.
 */
export function long(runs: number): Rounds {
  const { FUZZ_ROUNDS = "1", FUZZ_SEED } = process.env;
  const seed = FUZZ_SEED === undefined ? Date.now() % 2 ** 31 : Number(FUZZ_SEED);
  onTestFinished(({ task }) => console.log(`${task.name}: FUZZ_SEED=${seed}`));
  return { runs: Math.ceil(runs * Number(FUZZ_ROUNDS)), seed };
}
