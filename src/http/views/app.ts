import type { AppView } from "../../contract/api.ts";
import type { AppState } from "../../domain/app/decider.ts";

/** Nothing while the app has no configuration. */
export function appViews(state: AppState): readonly AppView[] {
  const { configuration, configurationHash } = state;
  if (!configuration || configurationHash === undefined) return [];
  return [
    {
      name: state.name,
      revision: state.revision,
      branch: configuration.branch,
      environments: Object.keys(configuration.environments),
      configurationHash,
    },
  ];
}
