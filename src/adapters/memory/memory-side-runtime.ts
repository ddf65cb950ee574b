import type { SideConfiguration } from "../../domain/configuration.ts";
import type {
  SideDeployment,
  SideObservation,
  SideRef,
  SideRuntime,
} from "../../ports/side-runtime.ts";

interface Side {
  listener?: SideConfiguration;
  highestRevision: number;
  tasks: number;
  serving?: SideDeployment;
  pending?: { deployment: SideDeployment; failed?: string };
}

/** Sides whose deployments become healthy at once, unless they are held back or told to fail. */
export class MemorySideRuntime implements SideRuntime {
  readonly #sides = new Map<string, Side>();
  /** While true, deployments stay pending. */
  isHeldBack = false;
  /** Digests whose deployments fail, with the reason. */
  readonly failing = new Map<string, string>();

  prepare(side: SideRef, configuration: SideConfiguration): Promise<void> {
    this.#side(side).listener = configuration;
    return Promise.resolve();
  }

  deploy(ref: SideRef, deployment: SideDeployment): Promise<void> {
    const side = this.#side(ref);
    const known =
      side.serving?.id === deployment.id || side.pending?.deployment.id === deployment.id;
    if (known || deployment.revision < side.highestRevision) return Promise.resolve();
    side.highestRevision = deployment.revision;
    side.pending = { deployment };
    return Promise.resolve();
  }

  observe(ref: SideRef): Promise<SideObservation> {
    const side = this.#side(ref);
    this.#settle(side);
    const { serving, pending, tasks } = side;
    return Promise.resolve({
      ...(serving
        ? {
            serving: {
              deploymentId: serving.id,
              releaseId: serving.releaseId,
              digest: serving.artifact.digest,
              tasksWanted: tasks,
              tasksHealthy: tasks,
            },
          }
        : {}),
      ...(pending
        ? {
            pending: {
              deploymentId: pending.deployment.id,
              state: pending.failed === undefined ? "starting" : "failed",
              ...(pending.failed === undefined ? {} : { reason: pending.failed }),
            },
          }
        : {}),
    });
  }

  scale(ref: SideRef, tasks: number): Promise<void> {
    this.#side(ref).tasks = tasks;
    return Promise.resolve();
  }

  logs(ref: SideRef, lastLines: number): Promise<readonly string[]> {
    const { serving } = this.#side(ref);
    return Promise.resolve(serving ? [`serving ${serving.releaseId}`].slice(-lastLines) : []);
  }

  #settle(side: Side): void {
    const { pending } = side;
    if (!pending || pending.failed !== undefined || this.isHeldBack) return;
    const reason = this.failing.get(pending.deployment.artifact.digest);
    if (reason !== undefined) {
      pending.failed = reason;
      return;
    }
    side.serving = pending.deployment;
    side.tasks = pending.deployment.process.tasks;
    delete side.pending;
  }

  #side({ environment, side }: SideRef): Side {
    const key = `${environment}/${side}`;
    const known = this.#sides.get(key) ?? { highestRevision: 0, tasks: 0 };
    this.#sides.set(key, known);
    return known;
  }
}
