import type { Host } from "../../app/host.ts";
import { parseConfiguration } from "../../contract/configuration/parse.ts";
import type { Problem } from "../../contract/configuration/problem.ts";
import { showProblem } from "../../contract/configuration/problem.ts";
import { resolveConfiguration } from "../../contract/configuration/resolve.ts";
import type { AppConfiguration } from "../../domain/app/configuration.ts";
import type { MachineSettings } from "./settings.ts";

export type ReadText =
  | { readonly ok: true; readonly configuration: AppConfiguration }
  | { readonly ok: false; readonly problems: readonly (Problem & { readonly text: string })[] };

export type ReadConfigurationText = (app: string | undefined, text: string) => ReadText;

const FILE = "verdigris.yaml";

/** Reads `verdigris.yaml` for this machine, where every side has a loopback address of its own. */
export function configurationReader(
  settings: MachineSettings,
  log: Host["log"],
): ReadConfigurationText {
  const keepAddresses = () => {
    if (!settings.unsaved) return;
    settings.save().catch((error: unknown) => log("error", "addresses were not saved", { error }));
  };
  return (app, text) => {
    const parsed = parseConfiguration(text, { file: FILE });
    if (!parsed.ok) return unusable(parsed.problems);
    const named = parsed.configuration.app;
    if (app !== undefined && named !== app) {
      const message = `this is the configuration of ${named}, not of ${app}`;
      return unusable([parsed.place({ path: ["app"], message })]);
    }
    const resolved = resolveConfiguration(parsed, (environment, side) =>
      settings.listener(named, environment, side),
    );
    keepAddresses();
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
