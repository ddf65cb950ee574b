import type {
  EnvironmentName,
  ProcessConfiguration,
  SideConfiguration,
  SideName,
} from "../domain/configuration.ts";
import type { Artifact } from "../domain/release.ts";

/** What runs on a side, behind its load balancer. */
export interface SideRuntime {
  /** The side's load balancer answers, with 503 while nothing runs behind it. */
  prepare(side: Side): Promise<void>;

  /**
   * Asks for the release to run on the side, replacing what runs there without a failed request.
   * Returns when the wish is recorded; `observe` tells how it goes. A deployment whose revision
   * is below one the side has already been asked for is ignored: a writer that was
   * paused can't undo a newer decision (G1).
   */
  deploy(side: Side, deployment: SideDeployment): Promise<void>;

  observe(side: Side): Promise<SideObservation>;

  /** The number of tasks that run the present release. */
  scale(side: Side, tasks: number): Promise<void>;

  /** The last lines that the side's tasks wrote, oldest first. Rejects, with the reason, where they can't be read. */
  logs(side: Side, lastLines: number): Promise<readonly string[]>;
}

export interface SideRef {
  readonly environment: EnvironmentName;
  readonly side: SideName;
}

/** A side, with all that a runtime which remembers nothing needs to find it. */
export interface Side extends SideRef {
  readonly runsOn: SideConfiguration;
}

export interface SideDeployment {
  readonly id: string;
  /** Of the environment's log, at the decision to deploy. */
  readonly revision: number;
  /** The side's newest revision as a person was shown it: it is foreign, and this deployment takes its place. */
  readonly replaces?: number;
  readonly releaseId: string;
  readonly artifact: Artifact;
  readonly process: ProcessConfiguration;
  /** How long the first health check may take to pass; the runtime then ends the deployment as failed. */
  readonly healthTimeoutSeconds: number;
}

export interface SideObservation {
  /** Of the newest deployment that the side was asked for, whatever became of it; absent before any. */
  readonly revision?: number;
  /** What the load balancer sends requests to; absent when nothing was deployed. */
  readonly serving?: {
    readonly deploymentId: string;
    readonly releaseId: string;
    readonly digest: string;
    readonly tasksWanted: number;
    readonly tasksHealthy: number;
    /** How often its tasks have ended by themselves and been started again. */
    readonly restarts: number;
    /** The newest of those ends, in one line. */
    readonly lastExit?: { readonly at: number; readonly reason: string };
    /** What somebody else changed of it, in one line: it isn't as the deployment left it. */
    readonly altered?: string;
  };
  /** The deployment asked for last, while it isn't what serves. */
  readonly pending?: {
    readonly deploymentId: string;
    readonly state: "starting" | "failed";
    /** Why it failed, in one line. */
    readonly reason?: string;
  };
}
