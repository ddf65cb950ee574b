/**
 * What the operator's API answers, as types alone: the CLI uses them without loading a schema.
 * Times are ISO 8601 in UTC, durations are in seconds.
 */
import type { EnvironmentKind, FlipStep, SideName } from "../domain/configuration.ts";
import type { DriftItem, Weights } from "../domain/environment/state.ts";
import type { Role } from "../domain/keys.ts";
import type { RecordSet } from "../domain/records.ts";
import type { RefusalCode } from "../domain/refusal.ts";
import type { Job, RunOutcome } from "../domain/run/state.ts";

/** Every answer that is not a success. A conflict carries the current state in `details`. */
export interface ErrorAnswer {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly details?: Readonly<Record<string, unknown>>;
  };
}

export type ErrorCode =
  | RefusalCode
  | "bad_request"
  | "forbidden"
  | "internal"
  | "method_not_allowed"
  | "not_found"
  | "payload_too_large"
  | "too_many_requests"
  | "unauthorized"
  | "unavailable"
  | "unsupported_media_type";

export interface ReleaseView {
  readonly id: string;
  readonly commit: string;
  readonly digest: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly subject: string;
}

export interface ReleaseDetailView extends ReleaseView {
  readonly builtBy: string;
  readonly builtAt: string;
  readonly run?: number;
  /** `rainbow/production green (live)`, for each side that holds it. */
  readonly on: readonly string[];
}

export interface EnvironmentView {
  /** `rainbow/production`. */
  readonly name: string;
  readonly app: string;
  readonly environment: string;
  readonly kind: EnvironmentKind;
  readonly revision: number;
  readonly record: string;
  readonly preview?: string;
  readonly ttlSeconds: number;
  readonly configurationHash: string;
  readonly live: SideName;
  readonly standby?: SideName;
  readonly weights: Weights;
  readonly sides: Readonly<Partial<Record<SideName, SideView>>>;
  readonly records: {
    readonly phase: "none" | "decided" | "submitted" | "in-sync" | "blocked";
    readonly blocked?: { readonly code: string; readonly reason: string };
  };
  readonly flip?: FlipView;
  readonly lastFlip?: FlipView;
  /** The newest flip request, whatever became of it. */
  readonly request?: RequestView;
  readonly freeze?: { readonly by: string; readonly reason: string; readonly at: string };
  /** Its log goes on at this revision, and can't be understood from there: all else is as of before. */
  readonly readOnly?: { readonly revision: number; readonly because: string };
  readonly drift: readonly DriftItem[];
}

export interface SideView {
  readonly role: "live" | "standby";
  readonly url: string;
  readonly weight: number;
  readonly draining: boolean;
  readonly release?: ReleaseView;
  readonly hasBeenLive: boolean;
  readonly deployment?: {
    readonly id: string;
    readonly release: ReleaseView;
    readonly state: "in-flight" | "succeeded" | "failed";
    readonly startedAt: string;
    readonly finishedAt?: string;
    readonly reason?: string;
    readonly run?: number;
  };
  /** Absent when the runtime did not answer. */
  readonly tasks?: {
    readonly wanted: number;
    readonly healthy: number;
    /** How often tasks have ended by themselves and been started again. */
    readonly restarts: number;
    readonly lastExit?: { readonly at: string; readonly reason: string };
  };
}

/** The phases of a flip, each with the time it was reached (G9). */
export const FLIP_PHASES = ["decided", "submitted", "in-sync", "caches-expired", "quiet"] as const;
export type FlipPhase = (typeof FLIP_PHASES)[number];

export interface FlipView {
  readonly id: string;
  readonly kind: "flip" | "revert" | "abort";
  readonly from: SideName;
  readonly to: SideName;
  readonly release: ReleaseView;
  readonly steps: readonly FlipStep[];
  /** Index into `steps`. */
  readonly step: number;
  readonly requestId?: string;
  readonly revision: number;
  /** The last phase reached by the last step decided. */
  readonly phase: FlipPhase | "blocked";
  /** What it waits for before any traffic moves. */
  readonly waitsFor?: string;
  readonly reached: Readonly<Partial<Record<FlipPhase, string>>>;
  readonly quiet?: { readonly how: "quiet" | "deadline"; readonly requestsSinceExpiry: number };
  readonly completedAt?: string;
}

export interface RequestView {
  readonly id: string;
  readonly environment: string;
  readonly side: SideName;
  readonly release: ReleaseView;
  readonly configurationHash: string;
  readonly revision: number;
  readonly status: "open" | "approved" | "rejected" | "void" | "expired" | "flipped";
  readonly closedBecause?: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly approvalsRequired: number;
  readonly approvals: readonly {
    readonly by: string;
    readonly at: string;
    readonly reason?: string;
  }[];
  readonly run?: number;
}

/** What any command answers. */
export interface CommandAnswer {
  readonly commandId: string;
  /** The revision at which the command was decided; the present one when it changed nothing. */
  readonly revision: number;
  /** The command id had been carried out before: this is that outcome. */
  readonly repeated: boolean;
  /** False when all was already as asked. */
  readonly changed: boolean;
  /** The id of what the command began: a deployment, a flip request or a flip. */
  readonly id?: string;
  readonly environment: EnvironmentView;
}

/** What a command would do: answered instead of doing it when `dryRun` is set. */
export interface PlanView {
  readonly environment: string;
  readonly revision: number;
  /** The event types that would go on record. */
  readonly events: readonly string[];
  readonly live: { readonly before: SideName; readonly after: SideName };
  readonly releases: {
    readonly before: Readonly<Partial<Record<SideName, string>>>;
    readonly after: Readonly<Partial<Record<SideName, string>>>;
  };
  readonly records: { readonly before: readonly RecordSet[]; readonly after: readonly RecordSet[] };
  /** The further weights of a flip in steps. */
  readonly steps: readonly FlipStep[];
}

/** Fields that every command's body may have. */
export interface CommandBody {
  /** 1 to 128 characters of A-Z a-z 0-9 . _ : / -; made by the server when absent. */
  readonly commandId?: string;
  readonly expectRevision?: number;
  /** At most 1,000 characters. */
  readonly reason?: string;
  readonly dryRun?: boolean;
}

export interface DeployBody extends CommandBody {
  /** A release's id, a whole commit, or its first digits. */
  readonly release: string;
  readonly side?: SideName;
}

export interface RequestFlipBody extends CommandBody {
  readonly release?: string;
}

export interface FlipBody extends CommandBody {
  readonly to: SideName;
  readonly release?: string;
  readonly request?: string;
}

export interface RevertBody extends CommandBody {
  readonly to?: SideName;
  readonly release?: string;
}

export interface HistoryEntry {
  readonly revision: number;
  readonly at: string;
  readonly command: string;
  readonly commandId: string;
  readonly by: string;
  readonly via: string;
  readonly from?: string;
  readonly reason?: string;
  readonly events: readonly { readonly type: string; readonly [field: string]: unknown }[];
  /** The parts of the state that the decision changed. */
  readonly before: HistorySummary;
  readonly after: HistorySummary;
}

export interface HistorySummary {
  readonly live: SideName;
  readonly weights: Weights;
  readonly releases: Readonly<Partial<Record<SideName, string>>>;
}

export interface DriftAnswer {
  readonly environment: string;
  readonly revision: number;
  readonly checkedAt: string;
  /** False while something is in flight: differences are expected then, and none is reported. */
  readonly settled: boolean;
  readonly drift: readonly DriftItem[];
}

export interface RunView {
  readonly number: number;
  readonly app: string;
  readonly kind: "ci" | "release";
  readonly branch: string;
  readonly commit: string;
  readonly subject: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly outcome: "running" | RunOutcome;
  readonly because?: string;
  readonly release?: string;
  readonly jobs: readonly JobView[];
}

export interface JobView extends Pick<Job, "name" | "kind" | "environment" | "state" | "note"> {
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** Where the job's output is kept, for jobs that have one. */
  readonly log?: string;
}

/** What the tasks of a side wrote last. */
export interface SideLogView {
  readonly side: SideName;
  readonly role: "live" | "standby";
  /** The oldest first. */
  readonly lines: readonly string[];
  /** Why lines that there may be can't be read. */
  readonly fault?: string;
}

export interface LogAnswer {
  readonly lines: readonly string[];
  /** Pass it as `from` to read on. */
  readonly next: number;
  /** No more lines will come. */
  readonly ended: boolean;
}

export interface AppView {
  readonly name: string;
  readonly revision: number;
  readonly branch: string;
  readonly environments: readonly string[];
  readonly configurationHash: string;
}

export interface ConfigureAnswer {
  readonly app: string;
  readonly revision: number;
  readonly changed: boolean;
  /** Lines a person reads: what changes from what to what. */
  readonly changes: readonly string[];
}

export interface MergeAnswer {
  readonly branch: string;
  readonly into: string;
  readonly commit: string;
}

/** A run that a look at the repository started. */
export interface StartedRun {
  readonly branch: string;
  readonly commit: string;
  readonly run: number;
}

export interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly issuedAt: string;
  /** Up to five minutes behind, where other operators let the key in. */
  readonly lastUsedAt?: string;
  readonly revokedAt?: string;
}

/** Shown once; only its hash is kept. */
export interface IssuedKey extends KeyView {
  readonly key: string;
}

/** One line of `GET /events`: a decision that has just been made. */
export interface FeedEvent {
  readonly stream: string;
  readonly revision: number;
  readonly at: string;
  readonly by: string;
  readonly command: string;
  readonly events: readonly string[];
}
