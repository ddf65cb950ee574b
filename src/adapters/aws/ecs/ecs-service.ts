import type { Service, Task, TaskDefinition, UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import type { EcsSide } from "../../../domain/configuration.ts";
import { AwsFault } from "../aws-errors.ts";
import type { AwsClient } from "../clients.ts";
import { inTime } from "../clients.ts";
import type { KnownTaskDefinitions } from "./known-task-definitions.ts";
import type { ServiceTags } from "./service-tags.ts";
import { writeServiceTags } from "./service-tags.ts";
import type { Described, Registration } from "./task-definition.ts";
import { unchanged } from "./task-definition.ts";
import { keepUnknownInput, keepUnknownOutput, noteAnsweredAt } from "./wire.ts";

/** How many of a family's newest revisions are looked at for one that was registered before. */
const NEWEST_REVISIONS = 5;

/** The most that one call lists or describes (ECS API, ListTasks, DescribeTasks). */
const MOST_TASKS = 100;

/** The calls to ECS for one service; each rejects with an AwsFault that says what was asked. */
export class EcsService {
  readonly #client: AwsClient<"ecs">;
  readonly #known: KnownTaskDefinitions;
  readonly #cluster: string;
  readonly #name: string;
  /** `service rainbow in the cluster rainbow-blue (eu-west-1)` */
  readonly title: string;

  constructor(
    client: AwsClient<"ecs">,
    { cluster, service, region }: EcsSide,
    known: KnownTaskDefinitions,
  ) {
    this.#client = client;
    this.#known = known;
    this.#cluster = cluster;
    this.#name = service;
    this.title = `service ${service} in the cluster ${cluster} (${region})`;
  }

  /** The service with its tags, and when ECS said so; undefined where it didn't tell. */
  async describe(): Promise<{ readonly service: Service; readonly answeredAt?: number }> {
    const asked = `The ${this.title} can't be looked at`;
    let answeredAt: number | undefined;
    const service = await named(asked, async () => {
      const command = new DescribeServicesCommand({
        cluster: this.#cluster,
        services: [this.#name],
        include: ["TAGS"],
      });
      noteAnsweredAt(command, (at) => {
        answeredAt = at;
      });
      const { services } = await this.#client.send(command, inTime());
      const [found] = services ?? [];
      if (!found) throw gone("ServiceNotFoundException", "MISSING");
      if (found.status !== "ACTIVE") throw gone("ServiceNotActiveException", `${found.status}`);
      return found;
    });
    return { service, ...(answeredAt === undefined ? {} : { answeredAt }) };
  }

  /** By ARN; undefined when it was deleted. */
  async taskDefinition(arn: string): Promise<Described | undefined> {
    const known = this.#known.get(arn);
    if (known) return known;
    try {
      return await this.#describeTaskDefinition(arn);
    } catch (error) {
      // One that was deleted is answered with a ClientException (ECS Developer Guide, "Deleting task definitions").
      if (error instanceof AwsFault && /Unable to describe task definition/.test(error.message)) {
        return undefined;
      }
      throw error;
    }
  }

  /** The newest active revision of a family. */
  newestOf(family: string): Promise<Described> {
    return this.#describeTaskDefinition(family);
  }

  /** The first among the newest active revisions of a family for which `isWanted` holds. */
  async findRevision(
    family: string,
    isWanted: (taskDefinition: TaskDefinition) => boolean,
  ): Promise<string | undefined> {
    const asked = `The task definitions of the family ${family} can't be listed`;
    const { taskDefinitionArns = [] } = await named(asked, () => {
      const newestFirst = { sort: "DESC", status: "ACTIVE", maxResults: NEWEST_REVISIONS } as const;
      const command = new ListTaskDefinitionsCommand({ familyPrefix: family, ...newestFirst });
      return this.#client.send(command, inTime());
    });
    for (const arn of taskDefinitionArns) {
      const described = await this.taskDefinition(arn);
      if (described && isWanted(described.taskDefinition)) return arn;
    }
    return undefined;
  }

  /** The ARN of the new revision. */
  async register(registration: Registration): Promise<string> {
    const { family = "" } = registration;
    const asked = `A revision of the task definition ${family} can't be registered`;
    const { taskDefinition } = await named(asked, () => {
      const { containerDefinitions, ...rest } = registration;
      const command = new RegisterTaskDefinitionCommand({ ...rest, family, containerDefinitions });
      keepUnknownInput(command);
      return this.#client.send(command, inTime());
    });
    return taskDefinition?.taskDefinitionArn ?? "";
  }

  /** @param ms after which it is given up, whatever became of it */
  async update(
    change: Pick<UpdateServiceCommandInput, "taskDefinition" | "desiredCount">,
    ms?: number,
  ): Promise<void> {
    await named(`The ${this.title} can't be updated`, () => {
      const service = { cluster: this.#cluster, service: this.#name };
      return this.#client.send(new UpdateServiceCommand({ ...service, ...change }), inTime(ms));
    });
  }

  /**
   * Sets the service to a task definition that it ran before, which is registered again unchanged
   * when it was deregistered since, as Terraform does with those it replaces. The ARN of what it runs now.
   */
  async goBackTo(arn: string, desired: { readonly desiredCount?: number }, ms: number) {
    try {
      await this.update({ taskDefinition: arn, ...desired }, ms);
      return arn;
    } catch (error) {
      if (!(error instanceof AwsFault) || !/TaskDefinition is inactive/i.test(error.message))
        throw error;
      const described = await this.taskDefinition(arn);
      if (!described) throw error;
      const again = await this.register(unchanged(described));
      await this.update({ taskDefinition: again, ...desired }, ms);
      return again;
    }
  }

  async tag({ serviceArn }: Service, tags: ServiceTags): Promise<void> {
    await named(`The ${this.title} can't be tagged`, () => {
      const command = new TagResourceCommand({
        resourceArn: serviceArn,
        tags: writeServiceTags(tags),
      });
      return this.#client.send(command, inTime());
    });
  }

  /** Tasks that ended in the last hour, for which ECS remembers them. */
  async stoppedTasks(): Promise<readonly Task[]> {
    return named(`Stopped tasks of the ${this.title} can't be looked at`, async () => {
      const list = new ListTasksCommand({
        cluster: this.#cluster,
        serviceName: this.#name,
        desiredStatus: "STOPPED",
        maxResults: MOST_TASKS,
      });
      const { taskArns = [] } = await this.#client.send(list, inTime());
      if (taskArns.length === 0) return [];
      const describe = new DescribeTasksCommand({ cluster: this.#cluster, tasks: taskArns });
      const { tasks = [] } = await this.#client.send(describe, inTime());
      return tasks;
    });
  }

  async #describeTaskDefinition(name: string): Promise<Described> {
    const { taskDefinition, tags = [] } = await named(
      `The task definition ${name} can't be looked at`,
      () => {
        const command = new DescribeTaskDefinitionCommand({
          taskDefinition: name,
          include: ["TAGS"],
        });
        keepUnknownOutput(command);
        return this.#client.send(command, inTime());
      },
    );
    const described = { taskDefinition: taskDefinition ?? {}, tags };
    this.#known.note(taskDefinition?.taskDefinitionArn ?? name, described);
    return described;
  }
}

async function named<Result>(asked: string, send: () => Promise<Result>): Promise<Result> {
  try {
    return await send();
  } catch (error) {
    throw new AwsFault(asked, error);
  }
}

/** DescribeServices answers with a failure or an inactive service where others throw. */
function gone(name: string, why: string): Error {
  return Object.assign(new Error(why), { name });
}
