import type { RunState } from "../../domain/run/state.ts";
import type { CommitStatus, CommitStatuses } from "../../ports/commit-statuses.ts";

/**
 * Tells the git host what CI makes of the commits of runs. A commit that has passed once stays passed.
 * What this process has told of a run isn't told again: a run that waits for a person is looked at often.
 */
export class StatusTeller {
  readonly #statuses: CommitStatuses;
  /** By the run, as long as it goes on. */
  readonly #told = new Map<string, CommitStatus["state"]>();

  constructor(statuses: CommitStatuses) {
    this.#statuses = statuses;
  }

  async tell(run: RunState, state = stateOf(run)): Promise<void> {
    if (!run.started || this.#told.get(keyOf(run)) === state) return;
    const { commit } = run.started;
    const known = await this.#statuses.get(run.app, commit);
    if (known?.state !== "passed" && !(known?.state === state && known.run === run.number)) {
      const description = `run ${run.number}: ${run.because ?? state}`;
      await this.#statuses.set(run.app, commit, { state, run: run.number, description });
    }
    this.#told.set(keyOf(run), state);
  }

  /** The run has ended. */
  forget(run: Pick<RunState, "app" | "number">): void {
    this.#told.delete(keyOf(run));
  }
}

function keyOf({ app, number }: Pick<RunState, "app" | "number">): string {
  return `${app}/${number}`;
}

function stateOf(run: RunState): CommitStatus["state"] {
  const checks = run.jobs.filter((job) => job.kind === "validate" || job.kind === "build");
  if (checks.some((job) => job.state === "failed" || job.state === "skipped")) return "failed";
  return checks.every((job) => job.state === "succeeded") ? "passed" : "pending";
}
