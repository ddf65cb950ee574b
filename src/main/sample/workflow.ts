import type { OperatorApi } from "../../cli/operator-api.ts";
import { Problem } from "../../cli/problem.ts";
import type { Clock } from "../../cli/surroundings.ts";
import type {
  CommandAnswer,
  EnvironmentView,
  JobView,
  MergeAnswer,
  RunView,
} from "../../contract/api.ts";

/** How long anything of the sample app may take. */
const DEADLINE_MS = 120_000;

/** What a developer and an approver do with the sample app, through the operator's API. */
export class Workflow {
  readonly #api: OperatorApi;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #app: string;

  constructor(api: OperatorApi, app: string, clock: Clock, signal: AbortSignal) {
    this.#api = api;
    this.#app = app;
    this.#clock = clock;
    this.#signal = signal;
  }

  environment(name: string): Promise<EnvironmentView> {
    return this.#api.get(`/apps/${this.#app}/environments/${name}`);
  }

  async runs(): Promise<readonly RunView[]> {
    return this.#api.get(`/apps/${this.#app}/runs`);
  }

  /** The newest run of a commit on a branch, once it is as wanted. */
  async runOf(
    branch: string,
    commit: string,
    wanted: (run: RunView) => boolean,
    what: string,
  ): Promise<RunView> {
    return this.until(`${what} of ${commit.slice(0, 7)}`, async () => {
      const run = (await this.runs()).find((r) => r.branch === branch && r.commit === commit);
      if (run && run.outcome !== "running" && run.outcome !== "succeeded" && !wanted(run)) {
        throw new Problem("failed", `run ${run.number} ${run.outcome}: ${run.because}`);
      }
      return run && wanted(run) ? run : undefined;
    });
  }

  merge(branch: string): Promise<MergeAnswer> {
    return this.#api.send("POST", `/apps/${this.#app}/merge`, { branch });
  }

  approve(request: string): Promise<CommandAnswer> {
    const environment = request.slice(0, request.lastIndexOf("-"));
    const path = `/apps/${this.#app}/environments/${environment}/flip-requests/${request}/approve`;
    return this.#api.send("POST", path, {});
  }

  /** What the look returns, once it returns something. */
  async until<Value>(what: string, look: () => Promise<Value | undefined>): Promise<Value> {
    const deadline = this.#clock.elapsed() + DEADLINE_MS;
    for (;;) {
      const seen = await look();
      if (seen !== undefined) return seen;
      if (this.#clock.elapsed() > deadline) {
        throw new Problem("failed", `waited ${DEADLINE_MS / 1000} s in vain for ${what}`);
      }
      await this.#clock.sleep(50, this.#signal);
    }
  }
}

export function passed(run: RunView): boolean {
  return run.outcome === "succeeded";
}

/** Whether the run has done all it can before a person approves. */
export function awaitsApproval(run: RunView): boolean {
  return jobOf(run, "flip")?.state === "running";
}

export function jobOf(run: RunView, kind: JobView["kind"]): JobView | undefined {
  return run.jobs.find((job) => job.kind === kind);
}
