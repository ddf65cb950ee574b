import type {
  SideDeployment,
  SideObservation,
  SideRef,
  SideRuntime,
} from "../../ports/side-runtime.ts";

interface Held {
  highestRevision: number;
  tasks: number;
  serving?: SideDeployment;
  pending?: { deployment: SideDeployment; failed?: string };
}

/** Sides whose deployments become healthy at once, unless they are held back or told to fail. */
export class MemorySideRuntime implements SideRuntime {
  readonly #sides = new Map<string, Held>();
  /** While true, deployments stay pending. */
  isHeldBack = false;
  /** While set, no more tasks than these are healthy on any side. */
  mostHealthy: number | undefined;
  /** Digests whose deployments stay pending. */
  readonly starting = new Set<string>();
  /** Digests whose deployments fail, with the reason. */
  readonly failing = new Map<string, string>();

  prepare(_side: SideRef): Promise<void> {
    return Promise.resolve();
  }

  deploy(ref: SideRef, deployment: SideDeployment): Promise<void> {
    const side = this.#side(ref);
    const { serving, pending } = side;
    const { id, revision, replaces } = deployment;
    if (revision < side.highestRevision && replaces !== side.highestRevision) {
      return Promise.resolve();
    }
    side.highestRevision = revision;
    const isRetry = pending?.failed !== undefined && revision > pending.deployment.revision;
    if (pending?.deployment.id === id && !isRetry) return Promise.resolve();
    if (serving?.id === id) delete side.pending;
    else side.pending = { deployment };
    return Promise.resolve();
  }

  observe(ref: SideRef): Promise<SideObservation> {
    const side = this.#side(ref);
    this.#settle(side);
    const { serving, pending, tasks, highestRevision } = side;
    return Promise.resolve({
      ...(serving || pending ? { revision: highestRevision } : {}),
      ...(serving
        ? {
            serving: {
              deploymentId: serving.id,
              releaseId: serving.releaseId,
              digest: serving.artifact.digest,
              tasksWanted: tasks,
              tasksHealthy: Math.min(tasks, this.mostHealthy ?? tasks),
              restarts: 0,
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

  async scale(ref: SideRef, tasks: number): Promise<void> {
    const side = this.#side(ref);
    if (!(side.serving ?? side.pending)) {
      throw new Error(`Nothing is deployed to ${ref.environment}/${ref.side}.`);
    }
    side.tasks = tasks;
  }

  logs(ref: SideRef, lastLines: number): Promise<readonly string[]> {
    const { serving } = this.#side(ref);
    return Promise.resolve(serving && lastLines > 0 ? [`serving ${serving.releaseId}`] : []);
  }

  #settle(side: Held): void {
    const { pending } = side;
    if (!pending || pending.failed !== undefined || this.isHeldBack) return;
    const { digest } = pending.deployment.artifact;
    if (this.starting.has(digest)) return;
    const reason = this.failing.get(digest);
    if (reason !== undefined) {
      pending.failed = reason;
      return;
    }
    side.serving = pending.deployment;
    side.tasks = pending.deployment.process.tasks;
    delete side.pending;
  }

  #side({ environment, side }: SideRef): Held {
    const key = `${environment}/${side}`;
    const known = this.#sides.get(key) ?? { highestRevision: 0, tasks: 0 };
    this.#sides.set(key, known);
    return known;
  }
}
