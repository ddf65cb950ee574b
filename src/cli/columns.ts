import { PAINTED } from "./paint.ts";

/** Rows with their cells under each other, two spaces apart; nothing is cut off. */
export function columns(rows: readonly (readonly string[])[], indent = ""): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, width(cell));
    });
  }
  return rows.map((row) =>
    (
      indent + row.map((cell, i) => cell + padding((widths[i] ?? 0) - width(cell))).join("  ")
    ).trimEnd(),
  );
}

function width(cell: string): number {
  return [...cell.replace(PAINTED, "")].length;
}

function padding(length: number): string {
  return " ".repeat(length);
}
