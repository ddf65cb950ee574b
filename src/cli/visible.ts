import { PAINTED } from "./paint.ts";

/** Control characters but the tab, and those that reorder text (Unicode Annex 9, section 2). */
const DECEPTIVE = /(?!\t)[\p{Cc}\p{Bidi_Control}]/gu;

/**
 * A line as a terminal may show it: text from elsewhere, such as the subject of a commit, can't move
 * the cursor, hide itself or turn other text around.
 */
export function visible(line: string): string {
  const own = line.match(PAINTED) ?? [];
  return line
    .split(PAINTED)
    .map((part, i) => part.replace(DECEPTIVE, escaped) + (own[i] ?? ""))
    .join("");
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
