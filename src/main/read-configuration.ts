import { parseConfiguration } from "../contract/configuration/parse.ts";
import type { Problem } from "../contract/configuration/problem.ts";
import { showProblem } from "../contract/configuration/problem.ts";
import type { Places } from "../contract/configuration/resolve.ts";
import { resolveConfiguration } from "../contract/configuration/resolve.ts";
import type { AppConfiguration } from "../domain/app/configuration.ts";

export type ReadText =
  | { readonly ok: true; readonly configuration: AppConfiguration }
  | { readonly ok: false; readonly problems: readonly (Problem & { readonly text: string })[] };

export type ReadConfigurationText = (app: string | undefined, text: string) => Promise<ReadText>;

const FILE = "verdigris.yaml";

/** Reads `verdigris.yaml` for an operator that runs sides on these places. */
export function configurationReader(placesOf: (app: string) => Places): ReadConfigurationText {
  return async (app, text) => {
    const parsed = parseConfiguration(text, { file: FILE });
    if (!parsed.ok) return unusable(parsed.problems);
    const named = parsed.configuration.app;
    if (app !== undefined && named !== app) {
      const message = `this is the configuration of ${named}, not of ${app}`;
      return unusable([parsed.place({ path: ["app"], message })]);
    }
    const resolved = await resolveConfiguration(parsed, placesOf(named));
    if (!resolved.ok) return unusable(resolved.problems);
    return { ok: true, configuration: resolved.configuration };
  };
}

function unusable(problems: readonly Problem[]): ReadText {
  return {
    ok: false,
    problems: problems.map((problem) => ({ ...problem, text: showProblem(problem) })),
  };
}
