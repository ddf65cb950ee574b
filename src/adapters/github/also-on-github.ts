import type { CommitStatus, CommitStatuses } from "../../ports/commit-statuses.ts";

/**
 * Statuses that are kept in one place and shown on GitHub too. What is kept is what counts for a merge;
 * GitHub may be away.
 */
export class AlsoOnGitHub implements CommitStatuses {
  readonly #kept: CommitStatuses;
  readonly #shown: CommitStatuses;
  readonly #notShown: (app: string, error: unknown) => void;

  /** @param notShown is told why a status isn't on GitHub */
  constructor(
    kept: CommitStatuses,
    shown: CommitStatuses,
    notShown: (app: string, error: unknown) => void,
  ) {
    this.#kept = kept;
    this.#shown = shown;
    this.#notShown = notShown;
  }

  async set(app: string, commit: string, status: CommitStatus): Promise<void> {
    await this.#kept.set(app, commit, status);
    await this.#shown.set(app, commit, status).catch((error) => this.#notShown(app, error));
  }

  get(app: string, commit: string): Promise<CommitStatus | undefined> {
    return this.#kept.get(app, commit);
  }
}
