import { readFile, writeFile } from "node:fs/promises";
import { type Figure, tableOf } from "./report.ts";

const FILE = "docs/performance.md";
const BEGIN = "<!-- results: written by npm run bench -- --write -->";
const END = "<!-- end of results -->";

export interface BenchRun {
  readonly machine: string;
  readonly noisePercent: number;
  readonly quick: boolean;
  readonly figures: readonly Figure[];
}

/** Puts the results between the markers of docs/performance.md. Throws when a marker is not there. */
export async function writeTable({ machine, noisePercent, quick, figures }: BenchRun) {
  const text = await readFile(FILE, "utf8");
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`${FILE} has no place for the results`);
  const short = figures.filter(({ met }) => met === false);
  const results = [
    BEGIN,
    "",
    `${machine}. A loop of constant work varied by ${noisePercent} % during the run${quick ? ", which was a quick one" : ""}.`,
    "",
    tableOf(figures),
    "",
    short.length === 0
      ? "Every goal was met."
      : `Fell short: ${short.map(({ benchmark, what }) => `${benchmark}, ${what}`).join("; ")}.`,
    "",
    "",
  ].join("\n");
  await writeFile(FILE, `${text.slice(0, begin)}${results}${text.slice(end)}`);
}
