import type { DeploymentSpec } from "../control/protocol.ts";

/** A service's name, taken apart. */
export interface ServiceParts {
  readonly environment: string;
  readonly side: string;
}

/** Marks every process of a task, so that it can be found again whatever was lost. */
export const TASK_MARKER = "VERDIGRIS_TASK";

const PASSED_ON = /^(PATH|HOME|LANG|LC_.*|TZ|TMPDIR)$/;

/** @throws Error when the name isn't `app/environment/side` */
export function serviceParts(service: string): ServiceParts {
  const [app, environment, side, ...more] = service.split("/");
  if (!app || !environment || !side || more.length > 0) {
    throw new Error(`"${service}" is not a service: it should read app/environment/side`);
  }
  return { environment, side };
}

/** Unique among all tasks of all data directories. */
export function taskMarker(instance: string, service: string, task: string): string {
  return `${instance}:${service}:${task}`;
}

/**
 * The whole environment of a task: a few variables of the parent, those of the deployment, and
 * Verdigris's own, which the deployment can't change. Nothing else of the parent is passed on:
 * it may hold keys that are not the app's to see.
 */
export function taskEnvironment(
  parent: Readonly<Record<string, string | undefined>>,
  service: string,
  spec: DeploymentSpec,
  own: { readonly marker: string; readonly port: number },
): Record<string, string> {
  const { environment, side } = serviceParts(service);
  const passedOn = Object.entries(parent).filter(
    (entry): entry is [string, string] => PASSED_ON.test(entry[0]) && entry[1] !== undefined,
  );
  return {
    ...Object.fromEntries(passedOn),
    ...spec.environment,
    HOST: "127.0.0.1",
    PORT: String(own.port),
    VERDIGRIS_ENVIRONMENT: environment,
    VERDIGRIS_SIDE: side,
    VERDIGRIS_RELEASE: spec.releaseId,
    [TASK_MARKER]: own.marker,
  };
}
