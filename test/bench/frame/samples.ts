/** Values of one measure, in the order of the rounds. */
export type Samples = readonly number[];

export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** Throws when there are no samples: a benchmark that measured nothing has no figure. */
export function spreadOf(samples: Samples): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  const lowest = sorted[0];
  const highest = sorted.at(-1);
  if (lowest === undefined || highest === undefined) throw new Error("nothing was measured");
  const upper = sorted[Math.floor(sorted.length / 2)] ?? highest;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? lowest;
  return { median: (lower + upper) / 2, lowest, highest };
}

/** Each round's own ratio: what slows the machine for a while slows both sides of it. */
export function ratiosOf(ours: Samples, peers: Samples): Samples {
  return ours.map((value, round) => value / (peers[round] ?? Number.NaN));
}

/** The value that `share` of the samples (0 to 1) don't exceed. */
export function quantile(samples: Samples, share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.floor(share * sorted.length));
  return sorted[at] ?? Number.NaN;
}
