import type { CommitStatus, CommitStatuses } from "../../ports/commit-statuses.ts";

/** Commit statuses for tests and simulations. */
export class MemoryCommitStatuses implements CommitStatuses {
  readonly #statuses = new Map<string, CommitStatus>();

  async set(app: string, commit: string, status: CommitStatus): Promise<void> {
    if (!/^[0-9a-f]{40}$/.test(commit)) {
      throw new RangeError(`not a commit: ${JSON.stringify(commit)}`);
    }
    this.#statuses.set(`${app}#${commit}`, status);
  }

  async get(app: string, commit: string): Promise<CommitStatus | undefined> {
    return this.#statuses.get(`${app}#${commit}`);
  }
}
