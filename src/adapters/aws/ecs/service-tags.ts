import type { Tag } from "@aws-sdk/client-ecs";

/** What Verdigris remembers of a service, in tags of the service itself. */
export interface ServiceTags {
  /** The deployment asked for last, with the revision it was asked for at. */
  readonly deployment?: { readonly revision: number; readonly id: string };
  /** The task definition that was registered for it: `rainbow:18`. */
  readonly taskDefinition?: string;
  /** What the service ran when it was asked for. */
  readonly before?: Before;
  /** Why it failed. */
  readonly failure?: string;
  /** The highest revision of a foreign deployment whose place another one took. */
  readonly replaced?: number;
}

export interface Before {
  readonly taskDefinition: string;
  /**
   * `own` is of an earlier deployment, `adopted` was there before Verdigris, and so was what is `idle`,
   * which had no tasks: the template of a service that was made for Verdigris.
   */
  readonly as: "own" | "adopted" | "idle";
}

const PREFIX = "verdigris:";
const DEPLOYMENT = `${PREFIX}deployment`;
const TASK_DEFINITION = `${PREFIX}task-definition`;
const BEFORE = `${PREFIX}before`;
const FAILURE = `${PREFIX}failure`;
const REPLACED = `${PREFIX}replaced`;

/** Tags that can't be read count as absent: people may edit them. */
export function readServiceTags(tags: readonly Tag[]): ServiceTags {
  const value = (key: string) => tags.find((tag) => tag.key === key)?.value || undefined;
  const [, revision, id] = /^(\d+)\/(.+)$/.exec(value(DEPLOYMENT) ?? "") ?? [];
  const [, as = "own", before] = /^(?:(adopted|idle) )?(\S+)$/.exec(value(BEFORE) ?? "") ?? [];
  const [, failedRevision, reason] = /^(\d+) (.+)$/.exec(value(FAILURE) ?? "") ?? [];
  const replaced = Number(value(REPLACED));
  const taskDefinition = value(TASK_DEFINITION);
  return {
    ...(revision && id ? { deployment: { revision: Number(revision), id } } : {}),
    ...(taskDefinition ? { taskDefinition } : {}),
    ...(before ? { before: { taskDefinition: before, as: as as Before["as"] } } : {}),
    ...(reason && failedRevision === revision ? { failure: reason } : {}),
    ...(replaced > 0 ? { replaced } : {}),
  };
}

/** For TagResource, which leaves the tags that aren't named as they are. */
export function writeServiceTags({
  deployment,
  taskDefinition,
  before,
  failure,
  replaced,
}: ServiceTags): Tag[] {
  const tags: Tag[] = [];
  const set = (key: string, value: string) => tags.push({ key, value });
  if (deployment) set(DEPLOYMENT, `${deployment.revision}/${deployment.id}`);
  if (taskDefinition) set(TASK_DEFINITION, taskDefinition);
  if (before) set(BEFORE, `${before.as === "own" ? "" : `${before.as} `}${before.taskDefinition}`);
  if (failure !== undefined && deployment) {
    set(FAILURE, tagText(`${deployment.revision} ${failure}`));
  }
  if (replaced !== undefined) set(REPLACED, String(replaced));
  return tags;
}

/** A tag's value holds at most so many characters (ECS API, Tag). */
const LONGEST_VALUE = 256;

/** Letters, digits, spaces and `+ - = . _ : / @` are allowed; all else becomes a space. */
function tagText(text: string): string {
  const allowed = text.replace(/[^\p{L}\p{N} +\-=._:/@]+/gu, " ").replace(/ +/g, " ");
  return [...allowed].slice(0, LONGEST_VALUE).join("").trim();
}
