import type { Service, ServiceEvent, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Side } from "../../../ports/side-runtime.ts";
import type { Rollout } from "./rollouts.ts";
import { isRollback, rolloutsOf, startedAt } from "./rollouts.ts";
import type { Before, ServiceTags } from "./service-tags.ts";
import { readServiceTags } from "./service-tags.ts";
import type { DeploymentLabels } from "./task-definition.ts";
import { labelsOf, nameOf } from "./task-definition.ts";

/** What one look at a service found. */
export interface Seen {
  readonly side: Side;
  readonly service: Service;
  /** By ARN: those of the service's deployments, and the one that its tags name. */
  readonly taskDefinitions: ReadonlyMap<string, TaskDefinition>;
  /** When the look began, in milliseconds of a clock that only runs on. */
  readonly takenAt: number;
  /** ECS' own time of the answer, in epoch milliseconds. */
  readonly now: number;
}

/** The deployment that Verdigris was asked for last. */
export interface Newest {
  readonly id: string;
  readonly revision: number;
  /** `failed` is on record; `lost` is not: ECS gave it up, or somebody put another in its place. */
  readonly state: "serving" | "starting" | "failed" | "lost";
}

type Asked = Omit<Newest, "state">;

/** A look, read: what serves, what was asked for last and what became of it. */
export class Look {
  readonly seen: Seen;
  readonly tags: ServiceTags;
  /** Newest first. */
  readonly rollouts: readonly Rollout[];
  readonly primary: Rollout | undefined;
  readonly newest: Newest | undefined;
  /** What the load balancer sends requests to; what was there before Verdigris doesn't count. */
  readonly serving: Rollout | undefined;
  /** The task definition that was registered for the newest deployment, where the tags name it. */
  readonly registered: TaskDefinition | undefined;
  readonly #asked: Asked | undefined;
  readonly #served: Rollout | undefined;

  constructor(seen: Seen) {
    this.seen = seen;
    const { service, side } = seen;
    this.tags = readServiceTags(service.tags ?? []);
    this.rollouts = rolloutsOf(service, seen.taskDefinitions, side);
    this.primary = this.rollouts.find(({ isPrimary }) => isPrimary);
    this.#asked = newestAsked(this.tags, this.primary?.labels);
    this.registered = this.#findRegistered();
    this.#served = this.#findServed();
    this.newest = this.#asked && { ...this.#asked, state: this.#state() };
    const served = this.newest && this.#served;
    this.serving = served && this.#isAdopted(served) ? undefined : served;
  }

  /** Whether it is a rollout of the deployment that was asked for last. */
  isNewest({ arn, labels }: Pick<Rollout, "arn" | "labels">): boolean {
    const registered = this.registered && labelsOf(this.registered, this.seen.side);
    if (registered && nameOf(arn) === this.tags.taskDefinition) return true;
    if (!labels || labels.deploymentId !== this.#asked?.id) return false;
    // A deployment that failed and is asked for again has a task definition for each attempt.
    return labels.revision === (registered?.revision ?? this.#highestRevision());
  }

  /** Whether the newest deployment may well not be what the service runs: it starts, or has failed. */
  get isUnsettled(): boolean {
    switch (this.newest?.state) {
      case "starting":
      case "failed":
        return true;
      case "lost":
        return this.wasGivenUp;
      default:
        return false;
    }
  }

  /** Whether ECS ended the newest deployment, as far as can still be seen. */
  get wasGivenUp(): boolean {
    if (this.rollouts.some((one) => one.state === "failed" && this.isNewest(one))) return true;
    const { primary } = this;
    // An earlier deployment may have been rolled back too.
    if (primary && isRollback(primary) && startedAt(primary) >= registeredAt(this.registered)) {
      return true;
    }
    return this.events.some(({ message }) =>
      /deployment failed|roll(ing|ed) back to/i.test(message ?? ""),
    );
  }

  /** What to put the service back to when the newest deployment fails; undefined when there is nothing. */
  get last(): string | undefined {
    const { before, deployment, taskDefinition } = this.tags;
    const isIdle = (arn: string) => before?.as === "idle" && nameOf(arn) === before.taskDefinition;
    const other = this.rollouts.find(
      (one) => this.#hasServed(one) && !this.isNewest(one) && !isIdle(one.arn),
    );
    if (other) return other.arn;
    if (!before || before.as === "idle" || deployment?.id !== this.#asked?.id) return undefined;
    if (before.taskDefinition === taskDefinition) return undefined;
    return this.arnOf(before.taskDefinition);
  }

  /** What serves now, as the next deployment is to remember it. */
  get before(): Before | undefined {
    const served = this.#served;
    if (!served) return undefined;
    const taskDefinition = nameOf(served.arn);
    if (this.newest && this.#isAdopted(served)) return this.tags.before;
    if (this.newest || served.labels) return { taskDefinition, as: "own" };
    return { taskDefinition, as: this.seen.service.runningCount ? "adopted" : "idle" };
  }

  /** Service events since the newest deployment began, newest first. */
  get events(): readonly ServiceEvent[] {
    const own = this.rollouts.find((one) => this.isNewest(one));
    const since = own ? startedAt(own) : registeredAt(this.registered);
    const events = this.seen.service.events ?? [];
    return events.filter(({ createdAt }) => (createdAt?.getTime() ?? 0) >= since);
  }

  /** Of a task definition in the service's account and region. */
  arnOf(name: string): string {
    return `${(this.primary?.arn ?? "").replace(/[^/]*$/, "")}${name}`;
  }

  #findRegistered(): TaskDefinition | undefined {
    const { taskDefinition } = this.tags;
    if (taskDefinition === undefined) return undefined;
    const known = this.seen.taskDefinitions.get(this.arnOf(taskDefinition));
    const labels = known && labelsOf(known, this.seen.side);
    return labels && labels.deploymentId === this.#asked?.id ? known : undefined;
  }

  #findServed(): Rollout | undefined {
    const failed = this.#failure() !== undefined;
    const candidates = this.rollouts.filter((one) => !(failed && this.isNewest(one)));
    const completed = candidates.find(({ state }) => state === "completed");
    return completed ?? candidates.find((one) => this.#hasServed(one));
  }

  /** Completed, or on its way back to what was. */
  #hasServed(one: Rollout): boolean {
    if (one.state !== "in-progress") return one.state === "completed";
    const isBack = isRollback(one) || nameOf(one.arn) === this.tags.before?.taskDefinition;
    return one.isPrimary && isBack;
  }

  #state(): Newest["state"] {
    if (this.#failure() !== undefined) return "failed";
    if (this.#served && this.isNewest(this.#served)) return "serving";
    const { primary } = this;
    if (primary?.state === "in-progress" && this.isNewest(primary)) return "starting";
    return this.#isNotSeenYet() ? "starting" : "lost";
  }

  /**
   * ECS may show a change later than it took it ("eventual consistency", ECS API, RunTask): what it
   * shows as the service's deployment then began before the newest one was registered.
   */
  #isNotSeenYet(): boolean {
    if (!this.primary || this.wasGivenUp) return false;
    return startedAt(this.primary) < registeredAt(this.registered);
  }

  #failure(): string | undefined {
    const { deployment, failure } = this.tags;
    const asked = this.#asked;
    const isOnRecord = deployment?.id === asked?.id && deployment?.revision === asked?.revision;
    return isOnRecord ? failure : undefined;
  }

  #isAdopted({ arn, labels }: Rollout): boolean {
    const { before } = this.tags;
    if (labels || !before || before.as === "own") return false;
    return before.taskDefinition === nameOf(arn) && this.isUnsettled;
  }

  #highestRevision(): number {
    const own = this.rollouts.flatMap(({ labels }) =>
      labels && labels.deploymentId === this.#asked?.id ? labels.revision : [],
    );
    return Math.max(...own);
  }
}

/** Between UpdateService and TagResource only the labels tell what was asked for last. */
function newestAsked(
  { deployment, replaced = 0 }: ServiceTags,
  labels: DeploymentLabels | undefined,
): Asked | undefined {
  if (labels && labels.revision > Math.max(deployment?.revision ?? 0, replaced)) {
    return { id: labels.deploymentId, revision: labels.revision };
  }
  return deployment;
}

/** Epoch milliseconds; over the wire it is a number of seconds. */
function registeredAt(taskDefinition: TaskDefinition | undefined): number {
  const at: unknown = taskDefinition?.registeredAt;
  if (typeof at === "number") return at * 1000;
  return at instanceof Date ? at.getTime() : 0;
}
