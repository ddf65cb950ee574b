import type { Asked } from "../batch.ts";
import type { SideName } from "../configuration.ts";
import type { RecordSet } from "../records.ts";
import type { Configured, DriftItem, ReleaseRef } from "./state.ts";

/** What can be asked of an environment. The first group is asked by people and runs, the second by the reconcile loop. */
export type EnvironmentCommand = Asked<
  | Configure
  | Deploy
  | RequestFlip
  | Approve
  | Reject
  | FlipTo
  | Revert
  | Resume
  | Abort
  | Freeze
  | Unfreeze
  | Mend
  | ReportDeployment
  | ReportTraffic
  | AdvanceFlip
  | ReportDrift
  | ExpireRequest
>;

export interface Configure {
  readonly type: "configure";
  readonly configured: Configured;
  /** Records of these names that exist already and are to be replaced, exactly as shown (adoption). */
  readonly replaces?: readonly RecordSet[];
}

export interface Deploy {
  readonly type: "deploy";
  readonly release: ReleaseRef;
  /** Refuse unless this is the side that would be deployed to. */
  readonly side?: SideName;
  readonly run?: number;
}

export interface RequestFlip {
  readonly type: "request-flip";
  /** Refuse unless the standby holds this release. */
  readonly releaseId?: string;
  readonly run?: number;
}

export interface Approve {
  readonly type: "approve";
  readonly requestId: string;
}

export interface Reject {
  readonly type: "reject";
  readonly requestId: string;
}

/** "Make `to` live", never "toggle" (G4). */
export interface FlipTo {
  readonly type: "flip";
  readonly to: SideName;
  /** Refuse unless `to` holds this release. */
  readonly releaseId?: string;
  /** Only under this request; otherwise under any approved one. */
  readonly requestId?: string;
}

export interface Revert {
  readonly type: "revert";
  readonly to?: SideName;
  readonly releaseId?: string;
}

/** Try again to carry out a blocked change of records. */
export interface Resume {
  readonly type: "resume";
}

/** Give up the flip in flight: traffic goes back to the side it came from. */
export interface Abort {
  readonly type: "abort";
}

export interface Freeze {
  readonly type: "freeze";
}

export interface Unfreeze {
  readonly type: "unfreeze";
}

/** Make the world as the state says, replacing exactly what the person was shown. */
export interface Mend {
  readonly type: "mend";
  readonly found: DriftedWorld;
}

/** What of the world is not as the state says. */
export interface DriftedWorld {
  /** The records as they are, none at all included; absent when they are as they should be. */
  readonly records?: readonly RecordSet[];
  /** Those that get the state's release again. */
  readonly sides: readonly DriftedSide[];
}

export interface DriftedSide {
  readonly side: SideName;
  /** The revision of a deployment that is not on record, which the side obeys. */
  readonly replaces?: number;
}

export interface ReportDeployment {
  readonly type: "report-deployment";
  readonly side: SideName;
  readonly deploymentId: string;
  readonly result: { readonly ok: true } | { readonly ok: false; readonly reason: string };
}

export interface ReportTraffic {
  readonly type: "report-traffic";
  /** The decision that is reported on; a report on an older one changes nothing. */
  readonly revision: number;
  readonly result:
    | { readonly phase: "submitted"; readonly changeId: string }
    | { readonly phase: "in-sync" }
    | {
        readonly phase: "blocked";
        readonly code: "drift" | "forbidden" | "not_ready" | "records_exist";
        readonly reason: string;
      };
}

/** Time has passed or the old side's requests were counted: move the flip on where that is due. */
/** How long something on record has lasted, measured by a clock that doesn't jump. */
export interface Lasted {
  /** The time on record that is meant; of another one the measure says nothing. */
  readonly since: number;
  readonly ms: number;
}

export interface AdvanceFlip {
  readonly type: "advance-flip";
  readonly flipId: string;
  /** That the records of its step are in sync. */
  readonly inSync?: Lasted;
  readonly cachesExpired?: Lasted;
  /** Requests that the old side served since caches expired, when they have been counted. */
  readonly oldSide?: { readonly requestsSinceExpiry: number; readonly quiet: boolean };
}

export interface ReportDrift {
  readonly type: "report-drift";
  readonly drift: readonly DriftItem[];
}

export interface ExpireRequest {
  readonly type: "expire-request";
  readonly requestId: string;
}
