import { parseDuration } from "../contract/configuration/duration.ts";
import { Problem } from "./problem.ts";

/** One flag of a verb. */
export interface Flag<T> {
  /** `--dry-run`, `--to <side>`, `--wait [phase]`. */
  readonly syntax: string;
  readonly summary: string;
  /** Turns the text after the flag into its value, or throws a usage problem. */
  readonly read: (text: string) => T;
  /** The value when nothing follows the flag. */
  readonly bare?: T;
}

export type Flags = Readonly<Record<string, Flag<unknown>>>;

export type FlagValues<F extends Flags> = {
  readonly [K in keyof F]?: F[K] extends Flag<infer T> ? T : never;
};

/** A flag that is there or not. */
export function toggle(syntax: string, summary: string): Flag<true> {
  return { syntax, summary, read: () => true, bare: true };
}

export function text(syntax: string, summary: string): Flag<string> {
  const read = (written: string) => {
    if (written.trim() === "") throw misread(syntax, written, "text; write something");
    return written;
  };
  return { syntax, summary, read };
}

export function choice<const T extends string>(
  syntax: string,
  summary: string,
  choices: readonly T[],
): Flag<T> {
  const read = (written: string) => {
    const chosen = choices.find((one) => one === written);
    if (chosen !== undefined) return chosen;
    throw new Problem("usage", `${nameOf(syntax)}: "${written}" is not ${listed(choices)}`);
  };
  return { syntax, summary, read };
}

export function wholeNumber(
  syntax: string,
  summary: string,
  [least, most]: readonly [number, number],
): Flag<number> {
  const read = (written: string) => {
    const number = /^\d{1,15}$/.test(written) ? Number(written) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw misread(syntax, written, `a whole number from ${least} to ${most}`);
  };
  return { syntax, summary, read };
}

/** Names of hosts with commas between, in lower case. */
export function hostNames(syntax: string, summary: string): Flag<readonly string[]> {
  const read = (written: string) => {
    const names = written.toLowerCase().split(",");
    if (names.every((name) => HOST_NAME.test(name))) return names;
    throw misread(syntax, written, "a name; write for example verdigris.example.com");
  };
  return { syntax, summary, read };
}

/** RFC 1123, section 2.1. */
const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/** In seconds, from a second to thirty days. */
export function duration(syntax: string, summary: string): Flag<number> {
  const read = (written: string) => {
    const seconds = parseDuration(written);
    if (seconds === undefined) {
      throw misread(syntax, written, "a duration; write for example 30s or 10m");
    }
    if (seconds >= 1 && seconds <= 30 * 86_400) return seconds;
    throw new Problem("usage", `${nameOf(syntax)}: ${written} is not from 1s to 30d`);
  };
  return { syntax, summary, read };
}

/** The value of a flag that the verb can't do without. */
export function needed<T>(value: T | undefined, flag: Flag<T>): T {
  if (value !== undefined) return value;
  throw new Problem("usage", `${nameOf(flag.syntax)} is missing; add ${flag.syntax}`);
}

/** `--to` of `--to <side>`. */
export function nameOf(syntax: string): string {
  return syntax.split(" ", 1)[0] ?? syntax;
}

/** Whether a value follows the flag: `--to <side>`, `--wait [phase]`, `--dry-run`. */
export function valueAfter(syntax: string): "required" | "optional" | "none" {
  if (syntax.includes(" <")) return "required";
  return syntax.includes(" [") ? "optional" : "none";
}

/** `red, green or blue`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function misread(syntax: string, written: string, wanted: string): Problem {
  return new Problem("usage", `${nameOf(syntax)}: "${written}" is not ${wanted}`);
}
