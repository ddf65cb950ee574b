import type { AppConfiguration } from "../app/configuration.ts";
import type { JobPlan } from "./state.ts";

/** CI on a branch: what must pass before the branch can be merged. */
export function ciJobs(): readonly JobPlan[] {
  return [
    { name: "validate", kind: "validate", needs: [] },
    { name: "build", kind: "build", needs: ["validate"] },
  ];
}

/**
 * A commit on the release branch. All environments are deployed to side by side; nobody is asked
 * to flip before all of them are healthy.
 */
export function releaseJobs(configuration: AppConfiguration): readonly JobPlan[] {
  const environments = Object.entries(configuration.environments);
  const deploys = environments.map(
    ([environment]): JobPlan => ({
      name: `deploy ${environment}`,
      kind: "deploy",
      environment,
      needs: ["apply"],
    }),
  );
  const flips = environments
    .filter(([, { kind }]) => kind === "blue-green")
    .flatMap(([environment]): JobPlan[] => [
      {
        name: `request-flip ${environment}`,
        kind: "request-flip",
        environment,
        needs: deploys.map((deploy) => deploy.name),
      },
      {
        name: `flip ${environment}`,
        kind: "flip",
        environment,
        needs: [`request-flip ${environment}`],
      },
    ]);
  return [
    { name: "validate", kind: "validate", needs: [] },
    { name: "build", kind: "build", needs: ["validate"] },
    { name: "apply", kind: "apply", needs: ["build"] },
    ...deploys,
    ...flips,
  ];
}
