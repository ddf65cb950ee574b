import type { Host } from "../app/host.ts";

/** One JSON object a line: when, how bad, what, and what belongs to it. */
export function jsonLines(write: (line: string) => void): Host["log"] {
  return (level, message, data = {}) => {
    const entry = { time: new Date().toISOString(), level, message, ...data };
    write(`${JSON.stringify(entry, showErrors)}\n`);
  };
}

/** An Error has no enumerable fields, so JSON would show `{}`. */
function showErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? (value.stack ?? value.message) : value;
}
