import type { Samples } from "./samples.ts";

/** One comparison: what was measured of Verdigris and, when there is one to compare with, of a peer. */
export interface Comparison {
  /** "12 B, requests/s" */
  readonly what: string;
  readonly unit: string;
  readonly ours: Samples;
  readonly peer?: { readonly name: string; readonly samples: Samples };
  /** For the ratio of ours to the peer's, or for ours where there is no peer. */
  readonly goal?: Goal;
  readonly note?: string;
}

export type Goal = { readonly atLeast: number } | { readonly atMost: number };

/** Something that could not be compared, and why. */
export interface Skipped {
  readonly what: string;
  readonly because: string;
}

export type Line = Comparison | Skipped;

export interface Bench {
  /** A folder of its own, removed afterwards. */
  readonly folder: string;
  /** Fewer and shorter rounds, to see that it runs; the figures say little. */
  readonly quick: boolean;
  /** Notes the noise of the machine; called between rounds. */
  noise(): void;
  /** Is told what goes on. */
  say(text: string): void;
}

export interface Benchmark {
  readonly name: string;
  readonly title: string;
  readonly run: (bench: Bench) => Promise<readonly Line[]>;
}

/** What one contender gives in one round: values by the name of the measure. */
export type Round = () => Promise<Readonly<Record<string, number>>>;

export interface Contender {
  readonly name: string;
  readonly round: Round;
}

/**
 * Measures all contenders in turns (A B C, A B C, …), after one turn that doesn't count. Returns, by
 * contender and measure, the samples in the order of the rounds.
 */
export async function inTurns(
  bench: Bench,
  rounds: number,
  contenders: readonly Contender[],
): Promise<(contender: string, measure: string) => Samples> {
  const taken = new Map<string, number[]>();
  for (let turn = 0; turn <= rounds; turn += 1) {
    for (const { name, round } of contenders) {
      const values = await round();
      if (turn === 0) continue;
      for (const [measure, value] of Object.entries(values)) {
        const key = `${name} ${measure}`;
        taken.set(key, [...(taken.get(key) ?? []), value]);
      }
    }
    bench.noise();
  }
  return (contender, measure) => taken.get(`${contender} ${measure}`) ?? [];
}
