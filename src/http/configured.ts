import type { Operator } from "../app/operator.ts";
import type { EnvironmentName } from "../domain/configuration.ts";
import type { ConfiguredState, EnvironmentState } from "../domain/environment/state.ts";
import type { Failure } from "./failure.ts";
import { fail, isFailure } from "./failure.ts";

export function isConfigured(state: EnvironmentState): state is ConfiguredState {
  return state.configured !== undefined;
}

export function environmentName(params: {
  readonly app: string;
  readonly env: string;
}): EnvironmentName {
  return `${params.app}/${params.env}`;
}

/** An environment that can be shown. */
export async function findEnvironment(
  operator: Operator,
  name: EnvironmentName,
): Promise<ConfiguredState | Failure> {
  const state = await operator.environments.get(name);
  return isFailure(state) || isConfigured(state) ? state : unknownEnvironment(name);
}

export function unknownEnvironment(name: EnvironmentName): Failure {
  return fail(
    "unknown_environment",
    `There is no environment ${name}. \`verdigris apply\` registers those of verdigris.yaml.`,
    { environment: name },
  );
}
