import type { CommitStatus, CommitStatuses } from "../../ports/commit-statuses.ts";
import type { GitHubClient } from "./github-client.ts";
import { GitHubError } from "./github-error.ts";
import type { RepositoryOf } from "./repository.ts";
import { pathOf, repositoryOn } from "./repository.ts";
import { shortened } from "./shortened.ts";

/** States that Verdigris sets, as GitHub calls them. */
const STATES = {
  pending: "pending",
  passed: "success",
  failed: "failure",
} as const satisfies Record<CommitStatus["state"], string>;

/** The run and the description share GitHub's one line: `#12 8 tests`. */
const LINE = /^#(\d{1,9}) (.*)$/s;

const PAGE = 100;
const MOST_PAGES = 10;

/** Commit statuses on GitHub, in a context of each app's own, so that apps may share a repository. */
export class GitHubCommitStatuses implements CommitStatuses {
  readonly #client: GitHubClient;
  readonly #repositoryOf: RepositoryOf;

  constructor(client: GitHubClient, repositoryOf: RepositoryOf) {
    this.#client = client;
    this.#repositoryOf = repositoryOf;
  }

  async set(app: string, commit: string, { state, run, description }: CommitStatus): Promise<void> {
    if (!isCommit(commit)) throw new RangeError(`not a commit: ${JSON.stringify(commit)}`);
    await this.#client.ask({
      method: "POST",
      path: `${await this.#path(app)}/statuses/${commit}`,
      body: {
        state: STATES[state],
        context: contextOf(app),
        description: shortened(`#${run} ${description}`),
      },
      // The newest status of a context counts, and this would be it again.
      repeatable: true,
    });
  }

  async get(app: string, commit: string): Promise<CommitStatus | undefined> {
    if (!isCommit(commit)) return undefined;
    const path = `${await this.#path(app)}/commits/${commit}/status`;
    for (let page = 1; page <= MOST_PAGES; page++) {
      const statuses = await this.#page(path, page);
      const own = statuses.find(({ context }) => context === contextOf(app));
      if (own) return understood(own);
      if (statuses.length < PAGE) return undefined;
    }
    return undefined;
  }

  async #page(path: string, page: number): Promise<readonly Status[]> {
    try {
      const answer = await this.#client.ask({
        method: "GET",
        path,
        query: { per_page: PAGE, page },
      });
      const { statuses } = (answer ?? {}) as { readonly statuses?: readonly Status[] };
      return Array.isArray(statuses) ? statuses : [];
    } catch (error) {
      // "No commit found for SHA": nobody has pushed it there yet.
      if (error instanceof GitHubError && error.status === 422) return [];
      throw error;
    }
  }

  async #path(app: string): Promise<string> {
    const { host } = this.#client;
    const written = await this.#repositoryOf(app);
    const repository = written === undefined ? undefined : repositoryOn(host, written);
    if (repository) return pathOf(repository);
    throw new GitHubError(
      `${app} has no repository on ${host}: its configuration names ${written ?? "none"}`,
      { final: true },
    );
  }
}

interface Status {
  readonly state: string;
  readonly context: string;
  readonly description: string | null;
}

/** Undefined for a status that somebody else has set in this context. */
function understood({ state, description }: Status): CommitStatus | undefined {
  const known = (Object.keys(STATES) as CommitStatus["state"][]).find(
    (one) => STATES[one] === state,
  );
  const [, run, text] = LINE.exec(description ?? "") ?? [];
  if (known === undefined || run === undefined || text === undefined) return undefined;
  return { state: known, run: Number(run), description: text };
}

function contextOf(app: string): string {
  return `verdigris/${app}`;
}

function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}
