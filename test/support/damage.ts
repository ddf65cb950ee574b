import { appendFileSync, chmodSync, statSync, truncateSync } from "node:fs";

/** What a power cut, a full disk or a bad sector may make of a file. */
export const DAMAGES = ["cut early", "cut late", "emptied", "followed by garbage"] as const;

export type Damage = (typeof DAMAGES)[number];

const GARBAGE = Buffer.from(Array.from({ length: 96 }, (_, n) => (n * 151 + 7) % 256));

/** False when the file is too small to be damaged so. */
export function damage(path: string, how: Damage): boolean {
  const { size, mode } = statSync(path);
  const left = { "cut early": size / 3, "cut late": (2 * size) / 3, emptied: 0 } as const;
  chmodSync(path, mode | 0o200);
  if (how === "followed by garbage") appendFileSync(path, GARBAGE);
  else truncateSync(path, Math.floor(left[how]));
  chmodSync(path, mode);
  return statSync(path).size !== size;
}
