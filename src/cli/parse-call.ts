import { nearest } from "../contract/configuration/nearest.ts";
import { type Flag, type Flags, type FlagValues, nameOf, valueAfter } from "./flags.ts";
import { type GlobalFlags, globalFlags } from "./global-flags.ts";
import { Problem } from "./problem.ts";
import type { Call, VerbHelp } from "./verb.ts";

/** What a command line says: the values of its words. Throws a usage problem. */
export function parseCall(
  help: VerbHelp,
  words: readonly string[],
): Pick<Call, "arguments" | "flags" | "globals"> {
  const globals = globalFlags(help.reach);
  const { written, rest } = readWords(words, [
    ...Object.values(help.flags),
    ...Object.values(globals),
  ]);
  const missing = help.arguments.find((argument, i) => argument.required && i >= rest.length);
  if (missing) throw new Problem("usage", `<${missing.name}> is missing: ${missing.summary}`);
  const surplus = rest[help.arguments.length];
  if (surplus !== undefined) throw new Problem("usage", `"${surplus}" is one argument too many`);
  return {
    arguments: help.arguments.map((_, i) => rest[i]),
    flags: valuesOf(help.flags, written),
    globals: valuesOf(globals, written) as GlobalFlags,
  };
}

/** The text behind each flag that was written, or null where none was; the last one counts. */
type Written = ReadonlyMap<Flag<unknown>, string | null>;

/** `--name value`, `--name=value`, and `--` before words that are no flags whatever they look like. */
function readWords(
  words: readonly string[],
  flags: readonly Flag<unknown>[],
): { readonly written: Written; readonly rest: readonly string[] } {
  const written = new Map<Flag<unknown>, string | null>();
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "--") return { written, rest: [...rest, ...words.slice(i + 1)] };
    if (!word.startsWith("-") || word === "-") {
      rest.push(word);
      continue;
    }
    const [, name = word, attached] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    const flag = flags.find(({ syntax }) => nameOf(syntax) === name);
    if (!flag) throw unknownFlag(name, flags);
    const takesNext = attached === undefined && isValueOf(flag, words[i + 1]);
    if (takesNext) i += 1;
    const value = takesNext ? words[i] : attached;
    if (value === undefined && flag.bare === undefined) {
      throw new Problem("usage", `${name} needs a value: ${flag.syntax}`);
    }
    if (attached !== undefined && valueAfter(flag.syntax) === "none") {
      throw new Problem("usage", `${name} takes no value`);
    }
    written.set(flag, value ?? null);
  }
  return { written, rest };
}

function isValueOf({ syntax }: Flag<unknown>, next: string | undefined): boolean {
  const value = valueAfter(syntax);
  if (next === undefined || value === "none") return false;
  return !next.startsWith(value === "required" ? "--" : "-");
}

function unknownFlag(name: string, flags: readonly Flag<unknown>[]): Problem {
  const meant = nearest(
    name,
    flags.map(({ syntax }) => nameOf(syntax)),
  );
  return new Problem("usage", `there is no flag ${name}${meant ? `; did you mean ${meant}?` : ""}`);
}

function valuesOf<F extends Flags>(flags: F, written: Written): FlagValues<F> {
  const values = Object.entries(flags).flatMap(([key, flag]) => {
    const text = written.get(flag);
    if (text === undefined) return [];
    return [[key, text === null ? flag.bare : flag.read(text)]];
  });
  return Object.fromEntries(values) as FlagValues<F>;
}
