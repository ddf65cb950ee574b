import type { Notice, NoticeState, NoticeSubject } from "../../ports/notifier.ts";
import type { GitHubClient } from "./github-client.ts";
import { shortened } from "./shortened.ts";

/** A deployment that Verdigris has made. */
export interface Deployment {
  readonly id: number;
}

export interface DeploymentStatus {
  readonly state: NoticeState;
  readonly description: string;
}

type Told = Pick<Notice, "state" | "description" | "url">;

/**
 * No tool that waits for deployments of the task `deploy`, GitHub's default, in order to carry them
 * out, is meant.
 */
const TASK = "verdigris";

const STATES = {
  waiting: "queued",
  running: "in_progress",
  succeeded: "success",
  failed: "failure",
  over: "inactive",
} as const satisfies Record<NoticeState, string>;

/** How many deployments of a place are looked through for one that has succeeded. */
const MOST_OTHERS = 10;

/** Calls of GitHub's REST API about deployments and their statuses, of one repository. */
export class DeploymentCalls {
  readonly #client: GitHubClient;
  readonly #path: string;

  constructor(client: GitHubClient, path: string) {
    this.#client = client;
    this.#path = `${path}/deployments`;
  }

  /** Those of this notice, the oldest first. */
  async of(about: NoticeSubject): Promise<readonly Deployment[]> {
    const { app, id, commit: sha, place: environment } = about;
    const listed = await this.#list({ sha, environment, per_page: 100 });
    return listed
      .filter(({ payload }) => payload.app === app && payload.notice === id)
      .sort((a, b) => a.id - b.id);
  }

  /** The newest of the same app and place, without those of this notice. */
  async othersIn({ app, id, place: environment }: NoticeSubject): Promise<readonly Deployment[]> {
    const listed = await this.#list({ environment, per_page: 50 });
    return listed
      .filter(({ payload }) => payload.app === app && payload.notice !== id)
      .slice(0, MOST_OTHERS);
  }

  async create(notice: Notice): Promise<Deployment> {
    const { app, id, commit, place, description } = notice;
    const made = await this.#client.ask({
      method: "POST",
      path: this.#path,
      body: {
        ref: commit,
        task: TASK,
        environment: place,
        description: shortened(description),
        payload: { app, notice: id },
        auto_merge: false,
        // Whether the commit may be released was decided before: nothing here waits for its checks.
        required_contexts: [],
      },
    });
    return made as Deployment;
  }

  async lastStatus({ id }: Deployment): Promise<DeploymentStatus | undefined> {
    const answer = await this.#client.ask({
      method: "GET",
      path: `${this.#path}/${id}/statuses`,
      query: { per_page: 100 },
    });
    const newest = asList<GitHubStatus>(answer).sort((a, b) => b.id - a.id)[0];
    return newest && { state: stateOf(newest.state), description: newest.description ?? "" };
  }

  /** Whether this status says all that the notice would. */
  says(status: DeploymentStatus | undefined, { state, description }: Told): boolean {
    return status?.state === state && status.description === shortened(description);
  }

  async setStatus({ id }: Deployment, { state, description, url }: Told): Promise<void> {
    await this.#client.ask({
      method: "POST",
      path: `${this.#path}/${id}/statuses`,
      body: {
        state: STATES[state],
        description: shortened(description),
        ...(url === undefined ? {} : { environment_url: url }),
        // It would end those of other tools in an environment of this name, and not those in `production`.
        auto_inactive: false,
      },
      // The newest status counts, and this would be it again.
      repeatable: true,
    });
  }

  async #list(query: Readonly<Record<string, string | number>>): Promise<readonly Listed[]> {
    const answer = await this.#client.ask({
      method: "GET",
      path: this.#path,
      query: { ...query, task: TASK },
    });
    return asList<Listed>(answer).map(({ id, payload }) => ({ id, payload: readPayload(payload) }));
  }
}

interface Listed extends Deployment {
  readonly payload: Payload;
}

interface Payload {
  readonly app?: unknown;
  readonly notice?: unknown;
}

interface GitHubStatus {
  readonly id: number;
  readonly state: string;
  readonly description: string | null;
}

function asList<T>(answer: unknown): T[] {
  return Array.isArray(answer) ? (answer as T[]) : [];
}

/** GitHub gives it back as an object or as the text of one ("Create a deployment": `payload`). */
function readPayload(payload: unknown): Payload {
  if (typeof payload === "object" && payload !== null) return payload;
  if (typeof payload !== "string") return {};
  try {
    return (JSON.parse(payload) ?? {}) as Payload;
  } catch {
    return {};
  }
}

function stateOf(state: string): NoticeState {
  const known = Object.keys(STATES) as NoticeState[];
  const own = known.find((one) => STATES[one] === state);
  return own ?? (state === "error" ? "failed" : "waiting");
}
