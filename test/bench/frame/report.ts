import type { Comparison, Goal, Line } from "./benchmark.ts";
import { ratiosOf, type Spread, spreadOf } from "./samples.ts";

/** What became of one line, in numbers. */
export interface Figure {
  readonly benchmark: string;
  readonly what: string;
  readonly unit?: string;
  readonly ours?: Spread;
  readonly peer?: { readonly name: string } & Spread;
  readonly ratio?: Spread;
  readonly goal?: string;
  readonly met?: boolean;
  readonly note?: string;
}

export function figureOf(benchmark: string, line: Line): Figure {
  if ("because" in line) return { benchmark, what: line.what, note: `skipped: ${line.because}` };
  const { what, unit, peer, goal, note } = line;
  const ours = spreadOf(line.ours);
  const ratio = peer && spreadOf(ratiosOf(line.ours, peer.samples));
  const judged = ratio?.median ?? ours.median;
  return {
    benchmark,
    what,
    unit,
    ours,
    ...(peer && { peer: { name: peer.name, ...spreadOf(peer.samples) } }),
    ...(ratio && { ratio }),
    ...(goal && { goal: shownGoal(goal, line), met: isMet(goal, judged) }),
    ...(note && { note }),
  };
}

function isMet(goal: Goal, value: number): boolean {
  return "atLeast" in goal ? value >= goal.atLeast : value <= goal.atMost;
}

function shownGoal(goal: Goal, { peer, unit }: Comparison): string {
  const after = peer ? "×" : ` ${unit}`;
  return "atLeast" in goal ? `≥ ${goal.atLeast}${after}` : `≤ ${goal.atMost}${after}`;
}

export function textOf(figure: Figure): string {
  const { what, ours, unit, peer, ratio, goal, note } = figure;
  return [
    `  ${what}:`,
    ours && `${shown(ours)} ${unit}`,
    peer && `| ${peer.name} ${shown(peer)}`,
    ratio && `| ratio ${shown(ratio)}`,
    goal && `| goal ${goal}: ${verdict(figure)}`,
    note && `| ${note}`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** The rows of the table in docs/performance.md. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { benchmark, what, ours, unit, peer, ratio, goal, note } = figure;
    const cells = [
      `\`${benchmark}\``,
      what,
      ours ? `${shown(ours)} ${unit}` : "",
      peer ? `${peer.name}: ${shown(peer)}` : "",
      ratio ? shown(ratio) : "",
      goal ?? "",
      goal ? verdict(figure) : "",
      note ?? "",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "| benchmark | what | Verdigris | compared with | ratio | goal | | |",
    "|---|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function verdict({ met }: Figure): string {
  return met ? "met" : "**not met**";
}

/** The median, and in brackets the lowest and the highest of the rounds. */
function shown({ median, lowest, highest }: Spread): string {
  if (lowest === highest) return number(median);
  return `${number(median)} (${number(lowest)}–${number(highest)})`;
}

function number(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}
