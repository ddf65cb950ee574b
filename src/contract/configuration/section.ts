import { z } from "zod";
import { nearest } from "./nearest.ts";

/**
 * A map with exactly these keys. An unknown key gives one line of the message, in the order of
 * the issue's `keys`; `misplaced` says for keys that belong elsewhere why they are not here.
 */
export function section<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  misplaced: Readonly<Record<string, string>> = {},
) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => misplacedKey(key, misplaced) ?? unknownKey(key, known)).join("\n")
        : undefined,
  });
}

function misplacedKey(key: string, misplaced: Readonly<Record<string, string>>) {
  return Object.hasOwn(misplaced, key) ? misplaced[key] : undefined;
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return meant
    ? `there is no such key; did you mean ${meant}?`
    : `there is no such key; the keys here are ${known.join(", ")}`;
}
