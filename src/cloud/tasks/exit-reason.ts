import { tailOf } from "./log-tail.ts";

/** How a process ended; neither is known of one that this supervisor didn't start. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const LAST_LINES = 40;
const LONGEST_LINE = 300;

/**
 * `exited with code 1: Error: no database`. Lines before byte `from` are an earlier process's.
 *
 * @param how what `howItEnded` says, or whoever ended it
 */
export async function exitReason(how: string, logFile: string, from: number): Promise<string> {
  const said = tellingLine(await tailOf(logFile, LAST_LINES, from));
  return said ? `${how}: ${said}` : how;
}

export function howItEnded({ code, signal }: Exit): string {
  if (signal) return `was ended by ${signal}`;
  return code === null ? "exited" : `exited with code ${code}`;
}

/**
 * The last line that isn't empty. Below an uncaught error node prints the stack, the error's fields
 * and its own version, and below a failure of its engine, such as a full heap, addresses of machine code;
 * then the line that names the error is what a reader needs.
 */
export function tellingLine(lines: readonly string[]): string {
  const written = lines.map((line) => line.trim()).filter((line) => line !== "");
  const last = written.at(-1) ?? "";
  const naming = /^Node\.js v\d/.test(last)
    ? /^(Uncaught )?\w*Error\b.*:/
    : /^\d+: 0x[0-9a-f]+ /.test(last)
      ? /^FATAL ERROR: /
      : undefined;
  const named = naming && written.findLast((line) => naming.test(line));
  return (named ?? last).slice(0, LONGEST_LINE);
}
