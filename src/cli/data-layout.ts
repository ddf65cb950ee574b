import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "./problem.ts";

/**
 * How a data directory is laid out. It is raised by a change that a program which doesn't know of it
 * would damage or misread; docs/operations.md has the rule.
 */
export const DATA_LAYOUT = 1;

export function layoutMark(directory: string): string {
  return join(directory, "layout.json");
}

/**
 * The layout that the directory is marked with; undefined where nothing was made yet, or its making was
 * cut short. Call it before anything in the directory is touched.
 *
 * @throws Problem for a mark of a newer program, and for one that can't be understood
 */
export function knownLayout(directory: string): number | undefined {
  const path = layoutMark(directory);
  const text = textOf(path);
  if (text === undefined) return undefined;
  const layout = numberIn(text);
  if (layout === undefined) {
    throw new Problem(
      "failed",
      `${path} is damaged: it doesn't tell the layout of the data directory. Nothing was changed. If only this Verdigris has used the directory, write {"layout":${DATA_LAYOUT}} into it.`,
    );
  }
  if (layout > DATA_LAYOUT) {
    throw new Problem(
      "failed",
      `${directory} has layout ${layout}, of a newer Verdigris; this one knows layout ${DATA_LAYOUT}. Nothing was changed. Run the newer version, or name another directory with --data-dir.`,
    );
  }
  return layout;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new Problem("failed", `${path} can't be read: ${message}. Nothing was changed.`);
  }
}

function numberIn(text: string): number | undefined {
  try {
    const { layout } = Object(JSON.parse(text)) as { readonly layout?: unknown };
    return Number.isInteger(layout) && Number(layout) >= 1 ? Number(layout) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
