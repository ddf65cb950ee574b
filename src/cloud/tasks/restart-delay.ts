const SHORTEST_MS = 100;
const LONGEST_MS = 30_000;

/**
 * How long to wait before the next start, in milliseconds: doubling from 100 ms to 30 s, and up to
 * half of it less by chance, so that tasks which fell together don't rise together.
 *
 * @param failures exits in a row, from 1
 * @param chance 0 to 1
 */
export function restartDelayMs(failures: number, chance: number): number {
  const longest = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** (failures - 1));
  return Math.max(SHORTEST_MS, Math.round(longest * (1 - chance / 2)));
}
