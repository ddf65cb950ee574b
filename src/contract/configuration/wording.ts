import type { z } from "zod";
import { nearest } from "./nearest.ts";
import type { Fault, Path } from "./problem.ts";
import { complaint } from "./scalars.ts";

const EXPECTED: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  object: "a map",
  record: "a map",
};

/** The words for what no schema of this folder has words of its own for. */
export const wording: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === "invalid_type") {
    return complaint(issue.input, EXPECTED[issue.expected] ?? issue.expected);
  }
  if (issue.code === "invalid_union") return wrongChoice(issue);
  return undefined;
};

/** No form of a map has the written value of the key that tells the forms apart. */
function wrongChoice(issue: {
  readonly input?: unknown;
  readonly discriminator?: unknown;
  readonly options?: unknown;
}): string | undefined {
  if (typeof issue.discriminator !== "string" || !Array.isArray(issue.options)) return undefined;
  const options = issue.options.map(String);
  const chosen = new Map(Object.entries(issue.input ?? {})).get(issue.discriminator);
  const choices = new Intl.ListFormat("en", { type: "disjunction" }).format(options);
  if (chosen === undefined) return `is missing; write ${choices}`;
  const meant = typeof chosen === "string" && nearest(chosen, options);
  return complaint(chosen, meant ? `${choices}; did you mean ${meant}?` : choices);
}

/** What zod found, one fault for each key or value that is wrong. */
export function faultsOf(issues: readonly z.core.$ZodIssue[], above: Path = []): Fault[] {
  return issues.flatMap((issue): Fault[] => {
    const path = [
      ...above,
      ...issue.path.map((part) => (typeof part === "number" ? part : String(part))),
    ];
    if (issue.code === "unrecognized_keys") {
      const messages = issue.message.split("\n");
      return issue.keys.map((key, i) => ({ path: [...path, key], message: messages[i] ?? "" }));
    }
    if (issue.code === "invalid_key") return faultsOf(issue.issues, path);
    if (issue.code === "invalid_union" && issue.errors.length > 0) {
      return faultsOf(likeliest(issue.errors), path);
    }
    return [{ path, message: issue.message }];
  });
}

/** Of the forms a value may have, the writer meant one whose complaint is about what is inside it. */
function likeliest(errors: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  return errors.find(([first]) => first && first.path.length > 0) ?? errors[0] ?? [];
}
