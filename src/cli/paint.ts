import type { EnvironmentView } from "../contract/api.ts";

/** SGR parameters (ECMA-48, 8.3.117). */
const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34 } as const;
const ESCAPE = String.fromCharCode(27);
type Colour = keyof typeof CODES;

export type Paint = Readonly<Record<Colour, (text: string) => string>> & {
  /** In the colour that the side is named for. */
  side(name: EnvironmentView["live"], text: string): string;
};

export function paintWith(coloured: boolean): Paint {
  const painted = (colour: Colour) => (text: string) =>
    coloured ? `${ESCAPE}[${CODES[colour]}m${text}${ESCAPE}[0m` : text;
  return {
    bold: painted("bold"),
    dim: painted("dim"),
    red: painted("red"),
    green: painted("green"),
    yellow: painted("yellow"),
    blue: painted("blue"),
    side: (name, text) => (name === "main" ? text : painted(name)(text)),
  };
}

/** What `paintWith` writes, and nothing else. */
export const PAINTED = new RegExp(`${ESCAPE}\\[(?:0|${Object.values(CODES).join("|")})m`, "g");
