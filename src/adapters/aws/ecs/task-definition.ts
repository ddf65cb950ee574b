import type { ContainerDefinition, Tag, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Side, SideDeployment } from "../../../ports/side-runtime.ts";

/** A task definition as ECS describes it, members that this program doesn't know included. */
export interface Described {
  readonly taskDefinition: TaskDefinition;
  readonly tags: readonly Tag[];
}

/** Docker labels of the container that gets the image: they say what runs wherever it is looked at. */
export interface DeploymentLabels {
  readonly deploymentId: string;
  /** That the task definition was registered at. */
  readonly revision: number;
  readonly releaseId: string;
}

const LABEL = {
  environment: "verdigris.environment",
  side: "verdigris.side",
  deployment: "verdigris.deployment",
  revision: "verdigris.revision",
  release: "verdigris.release",
} as const;

/**
 * Members of a description that registering doesn't take (ECS API, TaskDefinition against
 * RegisterTaskDefinition). All others are kept, whatever they are.
 */
const ONLY_DESCRIBED = [
  "taskDefinitionArn",
  "revision",
  "status",
  "requiresAttributes",
  "compatibilities",
  "registeredAt",
  "registeredBy",
  "deregisteredAt",
  "deleteRequestedAt",
] as const;

export interface Registration extends Omit<TaskDefinition, (typeof ONLY_DESCRIBED)[number]> {
  readonly tags?: Tag[];
}

/** A new revision of `family`: the base with another image in one container, and labels. */
export function registrationOf(
  base: Described,
  family: string,
  container: string,
  side: Side,
  deployment: SideDeployment,
): Registration {
  const kept = unchanged(base);
  const labels = {
    [LABEL.environment]: side.environment,
    [LABEL.side]: side.side,
    [LABEL.deployment]: deployment.id,
    [LABEL.revision]: String(deployment.revision),
    [LABEL.release]: deployment.releaseId,
  };
  return {
    ...kept,
    family,
    containerDefinitions: (kept.containerDefinitions ?? []).map((one) =>
      one.name === container
        ? {
            ...one,
            image: imageOf(deployment.artifact),
            dockerLabels: { ...one.dockerLabels, ...labels },
          }
        : one,
    ),
  };
}

/** To register the same once more. */
export function unchanged({ taskDefinition, tags }: Described): Registration {
  const writable = tags.filter(({ key }) => !isReserved(key));
  return {
    ...withoutDescriptions(taskDefinition),
    // An empty list is refused: "Tags can not be empty."
    ...(writable.length > 0 ? { tags: writable } : {}),
  };
}

function withoutDescriptions(taskDefinition: TaskDefinition): TaskDefinition {
  const drop = new Set<string>(ONLY_DESCRIBED);
  return Object.fromEntries(
    Object.entries(taskDefinition).filter(([member]) => !drop.has(member)),
  ) as TaskDefinition;
}

/** Keys that begin with `aws:` can't be written (ECS API, Tag); CloudFormation sets some. */
function isReserved(key: string | undefined): boolean {
  return /^aws:/i.test(key ?? "");
}

/** By digest alone: a tag may come to mean another image. */
export function imageOf({ location, digest }: { location: string; digest: string }): string {
  return `${repositoryOf(location)}@${digest}`;
}

/** The reference without its tag and digest; a port before the path is not a tag. */
export function repositoryOf(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
}

/** What a container runs: the digest, or the whole reference where it names none. */
export function digestOf(image: string): string {
  return /@(sha256:[0-9a-f]+)$/i.exec(image)?.[1] ?? image;
}

/** Which container gets the image, or why that can't be told. */
export function chooseContainer(
  taskDefinition: TaskDefinition,
  named: string | undefined,
  behindLoadBalancer: readonly string[],
): { readonly name: string } | { readonly fault: string } {
  const all = taskDefinition.containerDefinitions ?? [];
  const names = (some: readonly ContainerDefinition[]) => some.flatMap(({ name }) => name ?? []);
  const it = nameOf(taskDefinition.taskDefinitionArn);
  const list = names(all).join(", ") || "no containers";
  if (named !== undefined) {
    if (names(all).includes(named)) return { name: named };
    return { fault: `task definition ${it} has no container ${named}: it has ${list}` };
  }
  const essential = names(all.filter((one) => one.essential !== false));
  const balanced = names(all).filter((name) => behindLoadBalancer.includes(name));
  for (const some of [essential, balanced]) {
    const [only, ...more] = some;
    if (only !== undefined && more.length === 0) return { name: only };
  }
  return {
    fault: `task definition ${it} has several containers: ${list}. Name the one that gets the image as container of the side in verdigris.yaml, and apply`,
  };
}

/** The labels of a task definition that was registered for this side; undefined for any other. */
export function labelsOf(taskDefinition: TaskDefinition, side: Side): DeploymentLabels | undefined {
  const labels = labelled(taskDefinition)?.dockerLabels ?? {};
  const { [LABEL.deployment]: deploymentId, [LABEL.release]: releaseId } = labels;
  const revision = Number(labels[LABEL.revision]);
  if (labels[LABEL.environment] !== side.environment || labels[LABEL.side] !== side.side) {
    return undefined;
  }
  if (!deploymentId || !releaseId || !Number.isSafeInteger(revision)) return undefined;
  return { deploymentId, revision, releaseId };
}

/** The container with Verdigris' labels. */
export function labelled(taskDefinition: TaskDefinition): ContainerDefinition | undefined {
  return taskDefinition.containerDefinitions?.find((one) => one.dockerLabels?.[LABEL.deployment]);
}

/** `rainbow:18` of `arn:aws:ecs:eu-west-1:123456789012:task-definition/rainbow:18`. */
export function nameOf(arn: string | undefined): string {
  return (arn ?? "").replace(/^.*task-definition\//, "");
}

export function familyOf(arn: string): string {
  return nameOf(arn).replace(/:\d+$/, "");
}

/** What differs between two task definitions of one family, as people name it: `memory, app.environment`. */
export function differences(one: TaskDefinition, other: TaskDefinition): readonly string[] {
  const containers = (of: TaskDefinition) =>
    new Map((of.containerDefinitions ?? []).map((each) => [each.name ?? "", each]));
  const [ours, theirs] = [containers(one), containers(other)];
  const byContainer = [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((name) =>
    differentMembers(ours.get(name), theirs.get(name)).map((member) => `${name}.${member}`),
  );
  const rest = (of: TaskDefinition) => {
    const { containerDefinitions: _, ...others } = withoutDescriptions(of);
    return others;
  };
  return [...differentMembers(rest(one), rest(other)), ...byContainer];
}

function differentMembers(one: object = {}, other: object = {}): readonly string[] {
  const members = new Set([...Object.keys(one), ...Object.keys(other)]);
  const value = (of: object, member: string) => JSON.stringify(Reflect.get(of, member), sorted);
  return [...members].filter((member) => value(one, member) !== value(other, member));
}

/** Members in one order, so that equal objects have equal JSON. */
function sorted(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
