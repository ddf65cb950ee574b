import type { TaskStatus } from "../../../cloud/control/protocol.ts";
import type {
  Side,
  SideDeployment,
  SideObservation,
  SideRef,
  SideRuntime,
} from "../../../ports/side-runtime.ts";
import type { CloudClient } from "./cloud-client.ts";
import { serviceOf } from "./service-of.ts";

type Serving = NonNullable<SideObservation["serving"]>;

/** Sides whose tasks are processes of this machine, run by the local cloud. */
export class LocalSideRuntime implements SideRuntime {
  readonly #client: CloudClient;

  constructor(client: CloudClient) {
    this.#client = client;
  }

  async prepare(side: Side): Promise<void> {
    const { runsOn } = side;
    if (runsOn.runtime !== "process") {
      throw new TypeError(`${serviceOf(side)} runs on ${runsOn.runtime}, not on this machine`);
    }
    const { address, port } = runsOn;
    await this.#client.listen(serviceOf(side), { address, port });
  }

  deploy(side: SideRef, deployment: SideDeployment): Promise<void> {
    const { id, revision, replaces, releaseId, artifact, process, healthTimeoutSeconds } =
      deployment;
    return this.#client.deploy(serviceOf(side), {
      id,
      revision,
      ...(replaces !== undefined && { replaces }),
      releaseId,
      digest: artifact.digest,
      directory: artifact.location,
      start: process.start,
      healthPath: process.healthPath,
      environment: process.environment,
      tasks: process.tasks,
      graceSeconds: process.graceSeconds,
      healthTimeoutSeconds,
    });
  }

  async observe(side: SideRef): Promise<SideObservation> {
    const status = await this.#client.service(serviceOf(side));
    const { revision, serving, pending } = status ?? {};
    return {
      ...(revision && { revision }),
      ...(serving && {
        serving: {
          deploymentId: serving.deploymentId,
          releaseId: serving.releaseId,
          digest: serving.digest,
          tasksWanted: serving.tasksWanted,
          tasksHealthy: serving.tasks.filter(({ state }) => state === "healthy").length,
          restarts: serving.tasks.reduce((sum, { restarts }) => sum + restarts, 0),
          ...newestExit(serving.tasks),
        },
      }),
      ...(pending && {
        pending: {
          deploymentId: pending.deploymentId,
          state: pending.state,
          ...(pending.reason !== undefined && { reason: pending.reason }),
        },
      }),
    };
  }

  scale(side: SideRef, tasks: number): Promise<void> {
    return this.#client.scale(serviceOf(side), tasks);
  }

  logs(side: SideRef, lastLines: number): Promise<readonly string[]> {
    return this.#client.logs(serviceOf(side), lastLines);
  }
}

function newestExit(tasks: readonly TaskStatus[]): Pick<Serving, "lastExit"> {
  const exits = tasks.flatMap(({ id, lastExit }) =>
    lastExit ? [{ at: lastExit.at, reason: `${id} ${lastExit.reason}` }] : [],
  );
  const lastExit = exits.sort((a, b) => a.at - b.at).at(-1);
  return lastExit ? { lastExit } : {};
}
