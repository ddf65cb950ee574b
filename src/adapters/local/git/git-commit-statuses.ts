import type { CommitStatus, CommitStatuses } from "../../../ports/commit-statuses.ts";
import { readStatus, writeStatus } from "./commit-status-ref.ts";
import { Git } from "./git.ts";

/** Keeps each commit's status in the app's own bare repository. */
export class GitCommitStatuses implements CommitStatuses {
  readonly #repositoryOf: (app: string) => string;

  /** @param repositoryOf The path of an app's bare repository. */
  constructor(repositoryOf: (app: string) => string) {
    this.#repositoryOf = repositoryOf;
  }

  async set(app: string, commit: string, status: CommitStatus): Promise<void> {
    await writeStatus(new Git(this.#repositoryOf(app)), commit, status);
  }

  async get(app: string, commit: string): Promise<CommitStatus | undefined> {
    return readStatus(new Git(this.#repositoryOf(app)), commit);
  }
}
