import { columns } from "./columns.ts";
import { globalFlags } from "./global-flags.ts";
import type { VerbDefinition, VerbHelp } from "./verb.ts";

/** The one table of `verdigris --help`. */
export function programHelp(verbs: readonly VerbDefinition[]): readonly string[] {
  return [
    "Releases an app by moving traffic between two whole sets of infrastructure.",
    "",
    "usage: verdigris <verb> [flags]",
    "",
    ...columns(
      verbs.filter((verb) => !verb.hidden).map((verb) => [verb.name, verb.summary]),
      "  ",
    ),
    "",
    "`verdigris <verb> --help` shows a verb's flags and examples. Exit codes: 0 done, 1 failed,",
    "2 usage, 3 refused with a reason, 4 not yet (waiting for a person, or a deadline passed).",
  ];
}

export function verbHelp(name: string, help: VerbHelp): readonly string[] {
  return [
    usage(name, help),
    "",
    ...wrapped(help.description, 88),
    "",
    ...section(
      "arguments",
      help.arguments.map((argument) => [argument.name, argument.summary]),
    ),
    ...section(
      "flags",
      Object.values(help.flags).map((flag) => [flag.syntax, flag.summary]),
    ),
    ...section("flags of every verb", [
      ...Object.values(globalFlags(help.reach)).map((flag) => [flag.syntax, flag.summary]),
      ["--help", "Show this"],
    ]),
    "examples",
    ...help.examples.flatMap(({ command, meaning }) => [
      `  # ${meaning}`,
      `  verdigris ${command}`,
    ]),
  ];
}

export function usage(name: string, help: VerbHelp): string {
  const words = help.arguments.map((argument) =>
    argument.required ? `<${argument.name}>` : `[${argument.name}]`,
  );
  const flags = Object.keys(help.flags).length > 0 ? ["[flags]"] : [];
  return ["usage: verdigris", name, ...words, ...flags].join(" ");
}

function section(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : [title, ...columns(rows, "  "), ""];
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
