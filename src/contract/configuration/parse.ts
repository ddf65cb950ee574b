import { type Fault, type Problem, showPath, showProblem } from "./problem.ts";
import { ruleFaults } from "./rules.ts";
import { fileSchema } from "./schema.ts";
import type { ParsedConfiguration, UnusableConfiguration } from "./types.ts";
import { faultsOf, wording } from "./wording.ts";
import { readYaml } from "./yaml-source.ts";

/**
 * Reads the text of a `verdigris.yaml`. `file` is its name in the problems. All problems come at
 * once, sorted by line, except those inside what can't be looked into: a text that is no YAML, an
 * environment without a proper name and kind, a side without a proper runtime.
 */
export function parseConfiguration(
  text: string,
  { file }: { readonly file: string },
): ParsedConfiguration | UnusableConfiguration {
  const source = readYaml(text);
  const place = ({ path, message }: Fault): Problem => ({
    file,
    ...source.locate(path),
    path: showPath(path),
    message,
  });
  const unreadable = source.faults.map((fault): Problem => ({ file, path: "", ...fault }));
  if (source.value === undefined) return { ok: false, problems: byLine(unreadable) };

  const parsed = fileSchema.safeParse(source.value, { error: wording });
  const faults =
    source.value === null
      ? [EMPTY]
      : [...faultsOf(parsed.error?.issues ?? []), ...ruleFaults(source.value)];
  const problems = [...unreadable, ...faults.map(place)];
  return parsed.success && problems.length === 0
    ? { ok: true, configuration: parsed.data, place }
    : { ok: false, problems: byLine(problems) };
}

const EMPTY: Fault = {
  path: [],
  message: "the file is empty; it needs at least the keys app, build and environments",
};

/** Sorted, and each once: one unclosed bracket can give the same complaint a hundred times. */
function byLine(problems: readonly Problem[]): Problem[] {
  const each = new Map(problems.map((problem) => [showProblem(problem), problem]));
  return [...each.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}
