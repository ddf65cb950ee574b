import type { Host } from "../app/host.ts";

type Level = Parameters<Host["log"]>[0];

/**
 * One JSON object a line: when, how bad, what, and what belongs to it. It never throws: whoever tells
 * of a full disk must not end by it. Lines that `write` refuses are lost, and the next that it takes
 * says how many.
 */
export function jsonLines(write: (line: string) => void): Host["log"] {
  let lost = 0;
  return (level, message, data = {}) => {
    const line = lineOf(level, message, data);
    try {
      // A refused line may stand there by half.
      write(
        lost > 0 ? `\n${lineOf("warn", `${lost} lines before this one are lost`)}${line}` : line,
      );
      lost = 0;
    } catch {
      lost += 1;
    }
  };
}

function lineOf(level: Level, message: string, data: Record<string, unknown> = {}): string {
  const entry = { time: new Date().toISOString(), level, message, ...data };
  return `${JSON.stringify(entry, showErrors)}\n`;
}

/** An Error has no enumerable fields, so JSON would show `{}`. */
function showErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? (value.stack ?? value.message) : value;
}
