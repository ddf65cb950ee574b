import type { Operator } from "../app/operator.ts";
import type { EnvironmentName } from "../domain/configuration.ts";
import { findEnvironment } from "./configured.ts";
import type { Failure } from "./failure.ts";
import { isFailure } from "./failure.ts";
import { isConflict } from "./status.ts";
import { environmentView } from "./views/environment.ts";

/** A conflict carries the environment as it is now, so that the caller can decide anew. */
export async function withEnvironment(
  operator: Operator,
  name: EnvironmentName,
  failure: Failure,
): Promise<Failure> {
  if (!isConflict(failure.code)) return failure;
  const state = await findEnvironment(operator, name);
  if (isFailure(state)) return failure;
  return { ...failure, details: { ...failure.details, environment: environmentView(state) } };
}
