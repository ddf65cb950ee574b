const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
  ["s", 1],
] as const;

/** Whole numbers with units, the largest unit first, each at most once: `90s`, `1m30s`, `2d`. */
export const DURATION = /^(?=\d)(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/;

/** Seconds, or undefined when the text is not a duration. A number without a unit is none. */
export function parseDuration(text: string): number | undefined {
  const amounts = DURATION.exec(text)?.slice(1);
  return amounts && UNITS.reduce((sum, [, size], i) => sum + Number(amounts[i] ?? 0) * size, 0);
}

/** The shortest text that `parseDuration` reads as `seconds`, a whole number of at least 0. */
export function showDuration(seconds: number): string {
  let rest = seconds;
  let text = "";
  for (const [unit, size] of UNITS) {
    const amount = Math.floor(rest / size);
    rest %= size;
    if (amount > 0) text += `${amount}${unit}`;
  }
  return text || "0s";
}
