import type { EcsSide } from "../../../domain/configuration.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Side, SideDeployment } from "../../../ports/side-runtime.ts";
import { AwsFault } from "../aws-errors.ts";
import type { Log } from "../told-once.ts";
import type { EcsService } from "./ecs-service.ts";
import { failureOf } from "./ended-tasks.ts";
import type { Look } from "./look.ts";
import { isLeftRunning, isSuperseded, nextStep } from "./next-step.ts";
import { takeLook } from "./take-look.ts";
import { chooseContainer, familyOf, labelsOf, nameOf, registrationOf } from "./task-definition.ts";

/** A look older than this, in milliseconds, is no ground for a change. */
const FRESH_MS = 2_000;

/** After which a change of the service is given up, its attempts included, in milliseconds. */
const UPDATE_MS = 3_000;

const ATTEMPTS = 5;

/** What carrying out one step came to: false when what it rested on was too old. */
type IsDone = boolean;

/** Brings one deployment on one service's way; `EcsSideRuntime` says how writers are kept apart. */
export class DeployToService {
  readonly #service: EcsService;
  readonly #side: Side;
  readonly #runsOn: EcsSide;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(service: EcsService, side: Side, runsOn: EcsSide, clock: Clock, log: Log) {
    this.#service = service;
    this.#side = side;
    this.#runsOn = runsOn;
    this.#clock = clock;
    this.#log = log;
  }

  async deploy(deployment: SideDeployment): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const look = await this.#look();
      this.#requireOwnDeployments(look);
      if (await this.#carryOut(look, deployment)) return;
    }
    throw new Error(
      `Deployment ${deployment.id} is not on its way yet: the ${this.#service.title} was changed, or ` +
        `took too long to answer, ${ATTEMPTS} times in a row. Asking for it again is safe.`,
    );
  }

  /** Others, CodeDeploy or a program of the user's, decide what such a service runs (ECS API, DeploymentController). */
  #requireOwnDeployments({ seen: { service } }: Look): void {
    const { type = "ECS" } = service.deploymentController ?? {};
    if (type === "ECS") return;
    throw new Error(
      `The ${this.#service.title} has the deployment controller ${type}, and Verdigris can only deploy to one with ECS. ` +
        "Nothing was changed. Set deploymentController to { type: ECS } (CreateService or UpdateService), then deploy again.",
    );
  }

  async #carryOut(look: Look, deployment: SideDeployment): Promise<IsDone> {
    const step = nextStep(look, deployment);
    switch (step.kind) {
      case "nothing":
        return true;
      case "record":
        return this.#record(look, deployment, step.arn, look.before);
      case "end":
        return this.#end(look, step.afterSeconds);
      case "return":
        return this.#run(look, deployment, (desired) =>
          this.#service.goBackTo(step.arn, desired, UPDATE_MS),
        );
      case "register":
        return this.#orRefused(look, deployment, async () => {
          const registered = await this.#register(look, deployment);
          if (typeof registered !== "string") {
            return this.#refuse(look, deployment, registered.fault);
          }
          return this.#run(look, deployment, async (desired) => {
            await this.#service.update({ taskDefinition: registered, ...desired }, UPDATE_MS);
            return registered;
          });
        });
    }
  }

  /** The ARN of the deployment's task definition, which a writer that crashed may have registered. */
  async #register(look: Look, deployment: SideDeployment): Promise<string | { fault: string }> {
    const { primary, seen } = look;
    if (!primary) throw new Error(`The ${this.#service.title} has no deployment to follow`);
    const family = familyOf(primary.arn);
    const found = await this.#service.findRevision(family, (one) => {
      const labels = labelsOf(one, this.#side);
      return labels?.deploymentId === deployment.id && labels.revision === deployment.revision;
    });
    if (found) return found;
    const named = this.#runsOn.taskDefinition;
    const base =
      named === undefined
        ? await this.#service.taskDefinition(primary.arn)
        : await this.#service.newestOf(named);
    if (!base) {
      return { fault: `task definition ${nameOf(primary.arn)} of the service was deleted` };
    }
    const balanced = (seen.service.loadBalancers ?? []).flatMap((one) => one.containerName ?? []);
    const container = chooseContainer(base.taskDefinition, this.#runsOn.container, balanced);
    if ("fault" in container) return container;
    return this.#service.register(
      registrationOf(base, family, container.name, this.#side, deployment),
    );
  }

  /** @param update sets the service to a task definition and tells its ARN */
  async #run(
    look: Look,
    deployment: SideDeployment,
    update: (desired: { readonly desiredCount?: number }) => Promise<string>,
  ): Promise<IsDone> {
    if (!this.#isFresh(look)) return false;
    const arn = await update(atLeast(look, deployment));
    const after = await this.#look();
    if (isSuperseded(after, deployment)) {
      await this.#giveBack(after, arn);
      return true;
    }
    if (after.primary?.arn !== arn) return false;
    return this.#record(after, deployment, arn, look.before);
  }

  async #record(
    look: Look,
    deployment: SideDeployment,
    arn: string,
    before: Look["before"],
  ): Promise<IsDone> {
    if (!this.#isFresh(look)) return false;
    await this.#service.tag(look.seen.service, {
      ...askedFor(look, deployment),
      taskDefinition: nameOf(arn),
      ...(before ? { before } : {}),
    });
    return true;
  }

  /** The failure is on record before the service is put back, since that can look like success. */
  async #end(look: Look, afterSeconds: number | undefined): Promise<IsDone> {
    const { newest } = look;
    if (!newest) return true;
    const { id, revision, state } = newest;
    const failure =
      state === "failed"
        ? undefined
        : failureOf(look, await this.#service.stoppedTasks().catch(() => []), afterSeconds);
    if (!this.#isFresh(look)) return false;
    if (failure !== undefined) {
      await this.#service.tag(look.seen.service, {
        deployment: { revision, id },
        failure,
        ...(look.tags.deployment?.id === id ? {} : unrecorded(look)),
      });
    }
    if (isLeftRunning(look)) await this.#putBack(look);
    return true;
  }

  async #putBack({ last, tags: { before }, seen: { service } }: Look): Promise<void> {
    if (last === undefined) {
      await this.#service.update({ desiredCount: 0 }, UPDATE_MS);
      return;
    }
    const arn = await this.#service.goBackTo(last, {}, UPDATE_MS);
    if (arn === last || !before) return;
    await this.#service.tag(service, { before: { ...before, taskDefinition: nameOf(arn) } });
  }

  /** A newer decision was made while ours was on its way: what it wants takes the service back. */
  async #giveBack({ primary, newest, registered, last }: Look, arn: string): Promise<void> {
    if (primary?.arn !== arn) return;
    const wanted = newest?.state === "failed" ? last : registered?.taskDefinitionArn;
    this.#log("warn", `a late deployment to the ${this.#service.title} is undone`, {
      late: nameOf(arn),
      wanted: wanted && nameOf(wanted),
    });
    if (wanted !== undefined) await this.#service.goBackTo(wanted, {}, UPDATE_MS);
  }

  async #orRefused(
    look: Look,
    deployment: SideDeployment,
    work: () => Promise<IsDone>,
  ): Promise<IsDone> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AwsFault) || !isForGood(error)) throw error;
      this.#log("warn", error.message);
      return this.#refuse(look, deployment, error.reason);
    }
  }

  /** Asking again would be refused again, so the deployment has failed; what serves was left as it is. */
  async #refuse(look: Look, deployment: SideDeployment, failure: string): Promise<IsDone> {
    if (!this.#isFresh(look)) return false;
    const { before } = look;
    await this.#service.tag(look.seen.service, {
      ...askedFor(look, deployment),
      failure,
      ...(before ? { before } : {}),
    });
    return true;
  }

  #look(): Promise<Look> {
    return takeLook(this.#service, this.#side, this.#clock);
  }

  #isFresh({ seen }: Look): boolean {
    return this.#clock.elapsed() - seen.takenAt <= FRESH_MS;
  }
}

/** What a writer that ended before it could put its deployment on record would have written. */
function unrecorded({ primary, before }: Look) {
  return {
    ...(primary ? { taskDefinition: nameOf(primary.arn) } : {}),
    ...(before ? { before } : {}),
  };
}

function askedFor({ tags }: Look, { id, revision, replaces = 0 }: SideDeployment) {
  const isForeign = replaces > Math.max(revision, tags.replaced ?? 0);
  return { deployment: { id, revision }, ...(isForeign ? { replaced: replaces } : {}) };
}

/** A service keeps what it was given more; one that runs on every instance has no number of its own. */
function atLeast({ seen: { service } }: Look, { process: { tasks } }: SideDeployment) {
  const { desiredCount = 0, schedulingStrategy } = service;
  if (schedulingStrategy === "DAEMON" || desiredCount >= tasks) return {};
  return { desiredCount: tasks };
}

/** Whether repeating the request would be refused again until somebody changes something. */
function isForGood({ kind, cause, message }: AwsFault): boolean {
  if (kind === "denied") return true;
  const { name = "", $fault } = (cause ?? {}) as { name?: string; $fault?: string };
  // "Too many concurrent attempts to create a new revision of the specified family."
  const passes = /UpdateInProgress|Conflict/.test(name) || /concurrent/i.test(message);
  return kind === "other" && $fault === "client" && !passes;
}
