import type { RememberedCommand } from "../batch.ts";
import type {
  EnvironmentConfiguration,
  EnvironmentName,
  FlipStep,
  SideName,
} from "../configuration.ts";
import type { Folded } from "../decider.ts";
import type { RecordSet } from "../records.ts";
import type { Artifact } from "../release.ts";

/** A release as an environment's log knows it. */
export interface ReleaseRef {
  /** The first seven digits of the commit, and `.2`, `.3` for further builds of it: `3f2a9c1`. */
  readonly id: string;
  readonly commit: string;
  readonly artifact: Artifact;
  /** The commit's author, who may be barred from approving. */
  readonly author: { readonly name: string; readonly email: string };
  readonly subject: string;
}

/** What an environment is: the fold of its log. */
export interface EnvironmentState extends Folded {
  readonly name: EnvironmentName;
  /** Revision of the last batch; 0 before the first. */
  readonly revision: number;
  /** Absent before the environment was first configured. */
  readonly configured?: Configured;
  /** The side that serves. Live and standby are derived from it and stored nowhere else. */
  readonly live: SideName;
  readonly sides: Readonly<Partial<Record<SideName, SideState>>>;
  /**
   * The revision of the last decision that changed what a flip would do: the configuration, what a
   * side runs, or which side is live. A candidate is bound to it (G3).
   */
  readonly basis: number;
  readonly traffic: TrafficState;
  /** The flip in flight, until it is completed. A revert and an abort are flips too. */
  readonly flip?: Flip;
  /** The last flip that was completed. */
  readonly lastFlip?: Flip & { readonly completedAt: number };
  /** The last flip requests, open and closed, oldest first; at most `REMEMBERED_REQUESTS`. */
  readonly requests: readonly FlipRequest[];
  readonly freeze?: { readonly by: string; readonly reason: string; readonly at: number };
  /** What the last check found, until a later check finds all in order (G11). */
  readonly drift: readonly DriftItem[];
  readonly commands: readonly RememberedCommand[];
}

/** An environment that has been configured, which all commands but `configure` need. */
export type ConfiguredState = EnvironmentState & { readonly configured: Configured };

export interface Configured {
  readonly configuration: EnvironmentConfiguration;
  /** Equal for equal configurations. */
  readonly hash: string;
  /** Of the app's log, at the decision that this follows; absent where no app's log is behind it. */
  readonly appRevision?: number;
}

export interface SideState {
  /** What was last deployed with success. */
  readonly release?: ReleaseRef;
  /** The hash of the configuration under which `release` was deployed. */
  readonly configurationHash?: string;
  /** Whether `release` under this configuration has carried traffic: the condition for a revert. */
  readonly hasBeenLive: boolean;
  /** The newest deployment, whatever became of it. */
  readonly deployment?: Deployment;
}

export interface Deployment {
  readonly id: string;
  readonly side: SideName;
  readonly release: ReleaseRef;
  readonly configurationHash: string;
  /** The run's number, or absent when a person deployed. */
  readonly run?: number;
  /** Of the decision to deploy; the runtime refuses deployments with an older one. */
  readonly revision: number;
  /** A newer revision, of a deployment that was never on record, whose place this one takes. */
  readonly replaces?: number;
  readonly startedAt: number;
  readonly state: "in-flight" | "succeeded" | "failed";
  /** Why it failed. */
  readonly reason?: string;
  readonly finishedAt?: number;
}

/** Weights in percent; they sum to 100 (G7). */
export type Weights = Readonly<Partial<Record<SideName, number>>>;

/** What the records are to say, and what is known of what they say. */
export interface TrafficState {
  readonly weights: Weights;
  /** Decisions about records since the last one that is known to be in the zone, that one included. */
  readonly decisions: readonly TrafficDecision[];
  /** How far the newest decision has come; `none` before any. */
  readonly phase: "none" | "decided" | "submitted" | "in-sync" | "blocked";
  readonly changeId?: string;
  readonly submittedAt?: number;
  readonly inSyncAt?: number;
  /** Why the zone refuses, while `blocked`. */
  readonly blocked?: { readonly code: string; readonly reason: string };
}

/** Records as of one decision; the fence among them holds the revision. */
export interface TrafficDecision {
  readonly revision: number;
  readonly records: readonly RecordSet[];
  /**
   * Foreign records, exactly as a person was shown them, that this decision replaces (adoption, or
   * the mending of drift). Absent: the zone must hold the records of an earlier decision.
   */
  readonly replaces?: readonly RecordSet[];
}

export interface Flip {
  readonly id: string;
  readonly kind: "flip" | "revert" | "abort";
  readonly from: SideName;
  readonly to: SideName;
  readonly release: ReleaseRef;
  readonly steps: readonly FlipStep[];
  /** Index into `steps` of the step that was last decided. */
  readonly step: number;
  readonly requestId?: string;
  readonly decidedAt: number;
  readonly revision: number;
  /** Of the change of records for the last step decided. */
  readonly submittedAt?: number;
  readonly inSyncAt?: number;
  /** When caches that obey the TTL have expired, counted from the last step's in sync (G9). */
  readonly cachesExpiredAt?: number;
  readonly quiet?: {
    readonly at: number;
    /** `deadline`: the drain's time was over and clients were still there. */
    readonly how: "quiet" | "deadline";
    readonly requestsSinceExpiry: number;
  };
}

/** Exactly what a person was shown and consents to (G3). */
export interface Candidate {
  readonly environment: EnvironmentName;
  readonly side: SideName;
  readonly release: ReleaseRef;
  readonly configurationHash: string;
  /** The environment's `basis` when the request was made. */
  readonly revision: number;
}

export interface FlipRequest {
  readonly id: string;
  readonly candidate: Candidate;
  readonly requestedBy: string;
  readonly requestedAt: number;
  readonly expiresAt: number;
  readonly approvalsRequired: number;
  readonly approvals: readonly Approval[];
  readonly status: "open" | "approved" | "rejected" | "void" | "expired" | "flipped";
  /** Why it is rejected or void. */
  readonly closedBecause?: string;
  /** The flip that carries it out, when it is flipped. */
  readonly flipId?: string;
  readonly run?: number;
}

export interface Approval {
  readonly by: string;
  readonly at: number;
  readonly reason?: string;
}

/** One difference between the world and the state, and the command that mends it. */
export interface DriftItem {
  readonly kind: "records" | "answers" | "side";
  readonly side?: SideName;
  readonly expected: string;
  readonly found: string;
  readonly mend: string;
}

export const REMEMBERED_REQUESTS = 20;

/**
 * The id of what the next decision begins: the environment's short name and the decision's revision,
 * `production-41`. Unique, in order, and short enough to be said aloud.
 */
export function nextId(state: EnvironmentState): string {
  return `${state.name.slice(state.name.indexOf("/") + 1)}-${state.revision + 1}`;
}

/** The side that doesn't serve; undefined in a single environment. */
export function standbyOf(state: EnvironmentState): SideName | undefined {
  if (state.configured?.configuration.kind !== "blue-green") return undefined;
  return state.live === "blue" ? "green" : "blue";
}

/** `green (live)`: colour and role together, always. */
export function showSide(state: EnvironmentState, side: SideName): string {
  return `${side} (${roleOf(state, side)})`;
}

export function roleOf(state: EnvironmentState, side: SideName): "live" | "standby" {
  return side === state.live ? "live" : "standby";
}

export function showRelease(release: ReleaseRef | undefined): string {
  return release ? `${release.id} "${release.subject}"` : "no release";
}
