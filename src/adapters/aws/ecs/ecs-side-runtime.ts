import type { ContainerDefinition, Task, TaskDefinition } from "@aws-sdk/client-ecs";
import type { EcsSide } from "../../../domain/configuration.ts";
import type { Clock } from "../../../ports/clock.ts";
import type {
  Side,
  SideDeployment,
  SideObservation,
  SideRuntime,
} from "../../../ports/side-runtime.ts";
import { AwsFault } from "../aws-errors.ts";
import type { Clients } from "../clients.ts";
import { healthyTargets } from "../elb/target-health.ts";
import type { Log } from "../told-once.ts";
import { ToldOnce } from "../told-once.ts";
import { alteredOf } from "./altered.ts";
import { lastLogLines, logPlaceOf } from "./container-logs.ts";
import { DeployToService } from "./deploy-to-service.ts";
import { EcsService } from "./ecs-service.ts";
import { failureOf, restartsOf } from "./ended-tasks.ts";
import { KnownTaskDefinitions } from "./known-task-definitions.ts";
import type { Look } from "./look.ts";
import { startedAt } from "./rollouts.ts";
import { takeLook } from "./take-look.ts";
import { digestOf, labelled, nameOf } from "./task-definition.ts";

export interface EcsSideRuntimeParts {
  readonly clients: Clients;
  readonly clock: Clock;
  readonly log: Log;
}

const KNOWN_TASK_DEFINITIONS = 500;

/**
 * Sides that are services of ECS. It remembers nothing: what was asked for is in tags of the service
 * (`verdigris:deployment` is `<revision>/<id>`) and in Docker labels of the task definitions that it
 * registers, and ECS itself knows how it goes.
 *
 * A writer that was paused must not undo a newer decision (G1), and ECS has no conditional update. So
 * the service is looked at right before each change, and a look older than two seconds is taken
 * again; a change is given up after three. What is left is a writer that stops between that check and
 * the sending of the request, a request that the network holds back, and ECS showing an older state
 * than it has ("eventual consistency", ECS API, RunTask). The service is therefore looked at again
 * after the change: a writer that finds a newer decision there by then doesn't put itself on record,
 * and takes the service back to what that decision wants. Until it does, its tasks may start.
 */
export class EcsSideRuntime implements SideRuntime {
  readonly #clients: Clients;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #told: ToldOnce;
  readonly #known = new KnownTaskDefinitions(KNOWN_TASK_DEFINITIONS);

  constructor({ clients, clock, log }: EcsSideRuntimeParts) {
    this.#clients = clients;
    this.#clock = clock;
    this.#log = log;
    this.#told = new ToldOnce(log);
  }

  /** The load balancer and the service belong to whoever made them, with the CDK or Terraform. */
  async prepare(side: Side): Promise<void> {
    ecsSide(side);
  }

  async deploy(side: Side, deployment: SideDeployment): Promise<void> {
    const runsOn = ecsSide(side);
    const service = await this.#service(runsOn);
    const work = new DeployToService(service, side, runsOn, this.#clock, this.#log);
    await work.deploy(deployment);
  }

  async observe(side: Side): Promise<SideObservation> {
    const runsOn = ecsSide(side);
    const service = await this.#service(runsOn);
    const look = await takeLook(service, side, this.#clock);
    const { newest, serving, tags } = look;
    if (!newest) return {};
    const { desiredCount: tasksWanted = 0, runningCount = 0 } = look.seen.service;
    const tasksHealthy = serving ? await this.#tasksHealthy(runsOn, look) : 0;
    const isShort = Math.min(tasksHealthy, runningCount) < tasksWanted;
    const asksWhy = newest.state === "lost" || (serving !== undefined && isShort);
    const stopped = asksWhy ? await this.#stoppedTasks(service) : [];
    const altered = alteredOf(look);
    return {
      revision: newest.revision,
      ...(serving && {
        serving: {
          ...identityOf(look, runsOn),
          tasksWanted,
          tasksHealthy,
          ...restartsOf(look, stopped),
          ...(altered === undefined ? {} : { altered }),
        },
      }),
      ...(newest.state === "serving" ? {} : { pending: pendingOf(look, tags.failure, stopped) }),
    };
  }

  async scale(side: Side, tasks: number): Promise<void> {
    const service = await this.#service(ecsSide(side));
    const { newest, serving, seen } = await takeLook(service, side, this.#clock);
    if (!serving && newest?.state !== "starting") {
      throw new Error(`Nothing is deployed to ${side.environment}/${side.side}.`);
    }
    if (seen.service.schedulingStrategy === "DAEMON") {
      throw new Error(
        `The ${service.title} runs one task on every container instance (DAEMON) and can't be scaled. Nothing was changed; scale its instances, or make the service one with replicas.`,
      );
    }
    if (seen.service.desiredCount !== tasks) await service.update({ desiredCount: tasks });
  }

  async logs(side: Side, lastLines: number): Promise<readonly string[]> {
    const runsOn = ecsSide(side);
    const look = await takeLook(await this.#service(runsOn), side, this.#clock);
    // Where nothing serves yet, what keeps the first deployment from it is looked for.
    const rollout = look.serving ?? look.rollouts.find((one) => look.isNewest(one));
    const container = rollout && containerOf(rollout.taskDefinition, runsOn);
    if (!container || lastLines <= 0) return [];
    const place = logPlaceOf(container);
    const { region = runsOn.region } = place;
    const client = await this.#clients.client("logs", { ...runsOn, region });
    try {
      return await lastLogLines(client, place, startedAt(rollout), lastLines);
    } catch (error) {
      throw new AwsFault(`The logs of ${side.environment}/${side.side} can't be read`, error);
    }
  }

  async #service(runsOn: EcsSide): Promise<EcsService> {
    return new EcsService(await this.#clients.client("ecs", runsOn), runsOn, this.#known);
  }

  /** As the load balancer sees it; where that may not be asked, the tasks that run count as healthy. */
  async #tasksHealthy(runsOn: EcsSide, { seen: { service, side } }: Look): Promise<number> {
    const { loadBalancers = [], runningCount = 0, desiredCount = 0 } = service;
    const groups = loadBalancers.flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
    const atMost = (tasks: number) => Math.min(tasks, desiredCount);
    if (groups.length === 0) return atMost(runningCount);
    const about = `health of ${side.environment}/${side.side}`;
    try {
      const healthy = await healthyTargets(await this.#clients.client("elb", runsOn), groups);
      this.#told.well(about);
      return atMost(healthy);
    } catch (error) {
      if (!(error instanceof AwsFault) || error.kind !== "denied") throw error;
      const instead = `Tasks of ${side.environment}/${side.side} that run count as healthy instead`;
      this.#told.warn(about, `${error.message} ${instead}.`);
      return atMost(runningCount);
    }
  }

  async #stoppedTasks(service: EcsService): Promise<readonly Task[]> {
    try {
      const stopped = await service.stoppedTasks();
      this.#told.well(service.title);
      return stopped;
    } catch (error) {
      if (!(error instanceof AwsFault) || error.kind !== "denied") throw error;
      this.#told.warn(service.title, `${error.message} Why tasks end isn't told without it.`);
      return [];
    }
  }
}

function ecsSide({ environment, side, runsOn }: Side): EcsSide {
  if (runsOn.runtime === "ecs") return runsOn;
  throw new TypeError(`${environment}/${side} runs on ${runsOn.runtime}, not on ECS`);
}

function identityOf({ serving }: Look, runsOn: EcsSide) {
  const name = nameOf(serving?.arn);
  const { deploymentId = name, releaseId = name } = serving?.labels ?? {};
  const container = serving && containerOf(serving.taskDefinition, runsOn);
  return { deploymentId, releaseId, digest: digestOf(container?.image ?? "") };
}

/** The one with Verdigris' labels, or where somebody else registered it the one that would get them. */
function containerOf(
  taskDefinition: TaskDefinition,
  runsOn: EcsSide,
): ContainerDefinition | undefined {
  const all = taskDefinition.containerDefinitions ?? [];
  return labelled(taskDefinition) ?? all.find(({ name }) => name === runsOn.container) ?? all[0];
}

function pendingOf(
  look: Look,
  failure: string | undefined,
  stopped: readonly Task[],
): NonNullable<SideObservation["pending"]> {
  const { id: deploymentId = "", state } = look.newest ?? {};
  if (state === "starting") return { deploymentId, state };
  const reason = state === "failed" && failure !== undefined ? failure : failureOf(look, stopped);
  return { deploymentId, state: "failed", reason };
}
