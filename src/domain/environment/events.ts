import type { FlipStep, SideName } from "../configuration.ts";
import type { RecordSet } from "../records.ts";
import type {
  Approval,
  Configured,
  Deployment,
  DriftItem,
  FlipRequest,
  ReleaseRef,
  Weights,
} from "./state.ts";

/** Everything that can be on record about an environment (G10). */
export type EnvironmentEvent =
  | EnvironmentConfigured
  | DeploymentStarted
  | DeploymentSucceeded
  | DeploymentFailed
  | FlipRequested
  | RequestApproved
  | RequestClosed
  | FlipStarted
  | FlipStepStarted
  | TrafficDecided
  | TrafficSubmitted
  | TrafficInSync
  | TrafficBlocked
  | TrafficResumed
  | CachesExpired
  | OldSideQuiet
  | FlipCompleted
  | EnvironmentFrozen
  | EnvironmentUnfrozen
  | DriftChecked;

export interface EnvironmentConfigured {
  readonly type: "EnvironmentConfigured";
  readonly configured: Configured;
  /** The side that is live from the start; given while nothing was ever deployed. */
  readonly live?: SideName;
}

export interface DeploymentStarted {
  readonly type: "DeploymentStarted";
  readonly deployment: Omit<Deployment, "revision" | "startedAt" | "state">;
}

export interface DeploymentSucceeded {
  readonly type: "DeploymentSucceeded";
  readonly side: SideName;
  readonly deploymentId: string;
}

export interface DeploymentFailed {
  readonly type: "DeploymentFailed";
  readonly side: SideName;
  readonly deploymentId: string;
  readonly reason: string;
}

export interface FlipRequested {
  readonly type: "FlipRequested";
  readonly request: Omit<FlipRequest, "approvals" | "requestedAt" | "status">;
}

export interface RequestApproved {
  readonly type: "RequestApproved";
  readonly requestId: string;
  readonly approval: Omit<Approval, "at">;
}

export interface RequestClosed {
  readonly type: "RequestClosed";
  readonly requestId: string;
  readonly status: "rejected" | "void" | "expired" | "flipped";
  readonly because: string;
  /** The flip that carries the request out. */
  readonly flipId?: string;
}

/** Traffic is to move: from here on `to` is the target, at the weight of the first step. */
export interface FlipStarted {
  readonly type: "FlipStarted";
  readonly flipId: string;
  readonly kind: "flip" | "revert" | "abort";
  readonly from: SideName;
  readonly to: SideName;
  readonly release: ReleaseRef;
  readonly steps: readonly FlipStep[];
  readonly requestId?: string;
}

export interface FlipStepStarted {
  readonly type: "FlipStepStarted";
  readonly flipId: string;
  readonly step: number;
}

/** The records are to be these. The fence among them holds this batch's revision (G5). */
export interface TrafficDecided {
  readonly type: "TrafficDecided";
  readonly weights: Weights;
  readonly records: readonly RecordSet[];
  readonly replaces?: readonly RecordSet[];
}

/** The zone has accepted the change. `revision` names the decision it carries out. */
export interface TrafficSubmitted {
  readonly type: "TrafficSubmitted";
  readonly revision: number;
  readonly changeId: string;
}

export interface TrafficInSync {
  readonly type: "TrafficInSync";
  readonly revision: number;
}

export interface TrafficBlocked {
  readonly type: "TrafficBlocked";
  readonly revision: number;
  readonly code: "drift" | "forbidden" | "not_ready" | "records_exist";
  readonly reason: string;
}

export interface TrafficResumed {
  readonly type: "TrafficResumed";
  readonly revision: number;
}

export interface CachesExpired {
  readonly type: "CachesExpired";
  readonly flipId: string;
}

export interface OldSideQuiet {
  readonly type: "OldSideQuiet";
  readonly flipId: string;
  readonly how: "quiet" | "deadline";
  readonly requestsSinceExpiry: number;
}

export interface FlipCompleted {
  readonly type: "FlipCompleted";
  readonly flipId: string;
}

export interface EnvironmentFrozen {
  readonly type: "EnvironmentFrozen";
  readonly by: string;
  readonly reason: string;
}

export interface EnvironmentUnfrozen {
  readonly type: "EnvironmentUnfrozen";
}

/** A check found the differences to be these, where they were others before. */
export interface DriftChecked {
  readonly type: "DriftChecked";
  readonly drift: readonly DriftItem[];
}
