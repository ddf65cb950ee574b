import type {
  Deployment,
  DeploymentCircuitBreaker,
  RegisterTaskDefinitionCommandInput,
  Service,
  Tag,
  Task,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import type { Clock } from "../../../ports/clock.ts";
import type { AwsClient } from "../clients.ts";
import { digestOf, familyOf, nameOf } from "./task-definition.ts";

/** What becomes of a deployment's tasks. */
export type TaskFate =
  | "healthy"
  | "starting"
  /** Tasks that end as this one did, one after the other. */
  | Pick<Task, "stopCode" | "stoppedReason" | "containers">
  /** No task starts, and the service's events say why. */
  | { readonly event: string };

export const EXITS: TaskFate = {
  stopCode: "EssentialContainerExited",
  stoppedReason: "Essential container in task exited",
  containers: [{ name: "app", exitCode: 3 }],
};

type Input = Record<string, unknown>;

interface Call {
  readonly name: string;
  readonly input: Input;
}

const ACCOUNT = "arn:aws:ecs:eu-west-1:123456789012:";

/** Failed tasks after which the circuit breaker opens: the fewest there can be. */
const THRESHOLD = 3;

/**
 * ECS, of which a client only has to send. Its scheduler does one step before each description of a
 * service. As documented: DescribeServices, UpdateService, Deployment, DeploymentCircuitBreaker (ECS
 * API); the texts of events and states are those of the ECS Developer Guide.
 */
export class FakeEcs {
  readonly #clock: Clock;
  readonly #services = new Map<string, Service & { tasks: Task[] }>();
  readonly #taskDefinitions = new Map<string, { taskDefinition: TaskDefinition; tags: Tag[] }>();
  readonly calls: Call[] = [];
  /** By image digest, or whole image reference. */
  readonly fates = new Map<string, TaskFate>();
  /** Runs before a call is carried out, once for each call; what it throws is the answer. */
  before: (call: Call) => void | Promise<void> = () => undefined;
  /** Runs after a call was carried out; what it throws takes the place of the answer. */
  after: (call: Call) => void | Promise<void> = () => undefined;
  #ids = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get client(): AwsClient<"ecs"> {
    const send = async (command: { constructor: { name: string }; input: Input }) => {
      const name = command.constructor.name.replace(/Command$/, "");
      // As over the wire: what is undefined isn't sent, and the caller's objects stay its own.
      const call = { name, input: JSON.parse(JSON.stringify(command.input)) as Input };
      this.calls.push(call);
      await this.before(call);
      const answer = this.#carryOut(call);
      await this.after(call);
      return structuredClone(answer);
    };
    return { send } as unknown as AwsClient<"ecs">;
  }

  /** Calls of a kind, as they were sent. */
  sent(name: string): readonly Input[] {
    return this.calls.filter((call) => call.name === name).map(({ input }) => input);
  }

  createService(
    name: string,
    taskDefinition: string,
    options: {
      desiredCount?: number;
      breaker?: DeploymentCircuitBreaker;
      service?: Partial<Service>;
    } = {},
  ): void {
    const { desiredCount = 1, breaker = { enable: true, rollback: true } } = options;
    const deployment = this.#deployment(taskDefinition, desiredCount, "created");
    this.#services.set(name, {
      serviceArn: `${ACCOUNT}service/${name}`,
      serviceName: name.slice(name.indexOf("/") + 1),
      status: "ACTIVE",
      deploymentController: { type: "ECS" },
      schedulingStrategy: "REPLICA",
      deploymentConfiguration: { deploymentCircuitBreaker: breaker },
      loadBalancers: [{ targetGroupArn: `tg-${name}`, containerName: "app", containerPort: 8080 }],
      desiredCount,
      runningCount: desiredCount,
      pendingCount: 0,
      taskDefinition,
      deployments: [{ ...deployment, runningCount: desiredCount, rolloutState: "COMPLETED" }],
      events: [],
      tags: [],
      tasks: [],
      ...options.service,
    });
  }

  service(name: string): Service & { tasks: Task[] } {
    const found = this.#services.get(name);
    if (!found) throw fault("ServiceNotFoundException", "Service not found.");
    return found;
  }

  /** Healthy targets of the service's target group. */
  healthyTasks(name: string): number {
    const { deployments = [] } = this.service(name);
    return deployments
      .filter((one) => this.#fate(one.taskDefinition ?? "") === "healthy")
      .reduce((sum, { runningCount = 0 }) => sum + runningCount, 0);
  }

  tagsOf(name: string): Readonly<Record<string, string | undefined>> {
    const { tags = [] } = this.service(name);
    return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
  }

  taskDefinition(arn: string): TaskDefinition {
    return this.#described(arn).taskDefinition;
  }

  /** The ARN. */
  register(input: Partial<RegisterTaskDefinitionCommandInput>, registeredBy = "terraform"): string {
    const { tags = [], ...definition } = input;
    const family = definition.family ?? "rainbow";
    const revision = this.#revisionsOf(family).length + 1;
    const arn = `${ACCOUNT}task-definition/${family}:${revision}`;
    this.#taskDefinitions.set(arn, {
      taskDefinition: {
        family,
        ...structuredClone(definition),
        taskDefinitionArn: arn,
        revision,
        status: "ACTIVE",
        requiresAttributes: [{ name: "com.amazonaws.ecs.capability.docker-remote-api.1.18" }],
        compatibilities: ["EC2", "FARGATE"],
        registeredAt: this.#now(),
        registeredBy,
      },
      tags,
    });
    return arn;
  }

  deregister(arn: string): void {
    this.#described(arn).taskDefinition.status = "INACTIVE";
  }

  /** Lets the scheduler of every service do one step. */
  step(): void {
    for (const service of this.#services.values()) this.#schedule(service);
  }

  /** As any client may, by hand too. */
  update(name: string, change: { taskDefinition?: string; desiredCount?: number }): void {
    const service = this.service(name);
    const { taskDefinition, desiredCount } = change;
    if (desiredCount !== undefined) service.desiredCount = desiredCount;
    const wanted = service.desiredCount ?? 0;
    if (taskDefinition !== undefined) {
      const { status, taskDefinitionArn = "" } = this.taskDefinition(taskDefinition);
      if (status !== "ACTIVE") throw fault("ClientException", "TaskDefinition is inactive");
      if (taskDefinitionArn !== service.taskDefinition) {
        this.#start(service, this.#deployment(taskDefinitionArn, wanted, "in progress"));
      }
    }
    const primary = primaryOf(service);
    if (primary) primary.desiredCount = wanted;
  }

  #carryOut({ name, input }: Call): object {
    switch (name) {
      case "DescribeServices": {
        const service = this.#services.get(this.#key(input, (input.services as string[])[0]));
        if (!service) return { services: [], failures: [{ reason: "MISSING" }] };
        this.#schedule(service);
        const { tasks: _, tags, ...rest } = service;
        const withTags = (input.include as string[] | undefined)?.includes("TAGS");
        return { services: [{ ...rest, ...(withTags ? { tags } : {}) }], failures: [] };
      }
      case "DescribeTaskDefinition":
        return this.#described(input.taskDefinition as string);
      case "ListTaskDefinitions": {
        const arns = this.#revisionsOf(input.familyPrefix as string)
          .filter((arn) => this.taskDefinition(arn).status === "ACTIVE")
          .reverse();
        return { taskDefinitionArns: arns.slice(0, input.maxResults as number) };
      }
      case "RegisterTaskDefinition": {
        if ((input.tags as Tag[] | undefined)?.length === 0) {
          throw fault("InvalidParameterException", "Tags can not be empty.");
        }
        return this.#described(this.register(input, "verdigris"));
      }
      case "UpdateService": {
        if (input.forceNewDeployment) throw new Error("a new deployment was forced");
        this.update(this.#key(input, input.service as string), input);
        return {};
      }
      case "TagResource": {
        const service = [...this.#services.values()].find(
          ({ serviceArn }) => serviceArn === input.resourceArn,
        );
        if (!service) throw fault("InvalidParameterException", "The resource is not valid.");
        service.tags = merged(service.tags ?? [], input.tags as Tag[]);
        return {};
      }
      case "ListTasks": {
        const { tasks } = this.service(this.#key(input, input.serviceName as string));
        return { taskArns: tasks.map(({ taskArn }) => taskArn) };
      }
      case "DescribeTasks": {
        const all = [...this.#services.values()].flatMap(({ tasks }) => tasks);
        return {
          tasks: all.filter(({ taskArn = "" }) => (input.tasks as string[]).includes(taskArn)),
        };
      }
      default:
        throw new Error(`ECS isn't asked to ${name} here`);
    }
  }

  #schedule(service: Service & { tasks: Task[] }): void {
    const primary = primaryOf(service);
    if (!primary) return;
    const fate = this.#fate(primary.taskDefinition ?? "");
    if (primary.rolloutState === "FAILED" || fate === "starting") return;
    if (fate === "healthy") this.#complete(service, primary);
    else this.#fail(service, primary, fate);
  }

  #complete(service: Service, primary: Deployment): void {
    primary.runningCount = service.desiredCount ?? 0;
    service.runningCount = primary.runningCount;
    service.deployments = [primary];
    if (primary.rolloutState === "COMPLETED") return;
    primary.rolloutState = "COMPLETED";
    primary.rolloutStateReason = `ECS deployment ${primary.id} completed.`;
    this.#event(service, `(deployment ${primary.id}) deployment completed.`);
    this.#event(service, "has reached a steady state.");
  }

  #fail(
    service: Service & { tasks: Task[] },
    primary: Deployment,
    fate: Exclude<TaskFate, string>,
  ): void {
    if ("event" in fate) this.#event(service, fate.event);
    else {
      this.#ids += 1;
      const { taskDefinition: taskDefinitionArn = "", id: startedBy = "" } = primary;
      const taskArn = `${ACCOUNT}task/${service.serviceName}/${this.#ids}`;
      const stoppedAt = this.#now();
      service.tasks.unshift({ ...fate, taskArn, taskDefinitionArn, startedBy, stoppedAt });
    }
    if (primary.rolloutState === "COMPLETED") return;
    primary.failedTasks = (primary.failedTasks ?? 0) + 1;
    const breaker = service.deploymentConfiguration?.deploymentCircuitBreaker;
    if (breaker?.enable && primary.failedTasks >= THRESHOLD) {
      this.#openBreaker(service, primary, breaker.rollback === true);
    }
  }

  #openBreaker(service: Service, failed: Deployment, rollback: boolean): void {
    failed.rolloutState = "FAILED";
    failed.rolloutStateReason = "ECS deployment circuit breaker: tasks failed to start.";
    this.#event(service, `(deployment ${failed.id}) deployment failed: tasks failed to start.`);
    const last = service.deployments?.find(({ rolloutState }) => rolloutState === "COMPLETED");
    if (!rollback || !last) return;
    const back = this.#deployment(last.taskDefinition ?? "", service.desiredCount ?? 0, "");
    back.rolloutStateReason = `ECS deployment circuit breaker: rolling back to deploymentId ${last.id}.`;
    back.runningCount = last.runningCount;
    this.#event(service, `rolling back to deployment ${last.id}.`);
    service.deployments = (service.deployments ?? []).filter((one) => one !== last);
    this.#start(service, back);
  }

  #start(service: Service, deployment: Deployment): void {
    const old = (service.deployments ?? []).filter(({ runningCount, rolloutState }) =>
      Boolean(runningCount || rolloutState === "FAILED" || rolloutState === "IN_PROGRESS"),
    );
    for (const one of old) one.status = "ACTIVE";
    service.deployments = [deployment, ...old];
    service.taskDefinition = deployment.taskDefinition;
  }

  #deployment(taskDefinition: string, desiredCount: number, state: string): Deployment {
    this.#ids += 1;
    const id = `ecs-svc/${this.#ids}`;
    return {
      id,
      status: "PRIMARY",
      taskDefinition,
      desiredCount,
      runningCount: 0,
      pendingCount: 0,
      failedTasks: 0,
      createdAt: this.#now(),
      rolloutState: "IN_PROGRESS",
      rolloutStateReason: `ECS deployment ${id} ${state}.`,
    };
  }

  #event(service: Service, what: string): void {
    const message = `(service ${service.serviceName}) ${what}`;
    this.#ids += 1;
    const event = { id: String(this.#ids), createdAt: this.#now(), message };
    service.events = [event, ...(service.events ?? [])].slice(0, 100);
  }

  #fate(taskDefinition: string): TaskFate {
    const [container] = this.taskDefinition(taskDefinition).containerDefinitions ?? [];
    return this.fates.get(digestOf(container?.image ?? "")) ?? "healthy";
  }

  #described(name: string) {
    const newest = this.#revisionsOf(name)
      .filter((arn) => this.#taskDefinitions.get(arn)?.taskDefinition.status === "ACTIVE")
      .at(-1);
    const found = this.#taskDefinitions.get(newest ?? name);
    if (!found) throw fault("ClientException", "Unable to describe task definition.");
    return found;
  }

  #revisionsOf(family: string): readonly string[] {
    return [...this.#taskDefinitions.keys()].filter((arn) => familyOf(nameOf(arn)) === family);
  }

  #key(input: Input, service: string | undefined): string {
    return `${input.cluster}/${service}`;
  }

  /** Every reading is a millisecond later. */
  #now(): Date {
    this.#ids += 1;
    return new Date(this.#clock.now() + this.#ids);
  }
}

/** An error as the SDK makes it of a service's answer. */
export function fault(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, $fault: "client" });
}

export function denied(permission: string, resource: string): Error {
  const who = "arn:aws:sts::123456789012:assumed-role/operator/one";
  return fault(
    "AccessDeniedException",
    `User: ${who} is not authorized to perform: ${permission} on resource: ${resource} because no identity-based policy allows the ${permission} action`,
  );
}

function primaryOf(service: Service): Deployment | undefined {
  return service.deployments?.find(({ status }) => status === "PRIMARY");
}

function merged(tags: readonly Tag[], changes: readonly Tag[]): Tag[] {
  const keys = new Set(changes.map(({ key }) => key));
  return [...tags.filter(({ key }) => !keys.has(key)), ...changes];
}
