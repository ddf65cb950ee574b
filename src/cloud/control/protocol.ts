/**
 * What the operator and the local cloud say to each other: JSON over HTTP on a unix socket in the
 * data directory, which only its owner may open. Every PUT states what is wanted and may be repeated.
 *
 *   GET    /v1/cloud                               -> CloudStatus
 *   PUT    /v1/zones            ZoneSpec           -> 204
 *   GET    /v1/records?name=…&name=…               -> { records: RecordSet[] }
 *   POST   /v1/changes          RecordChange       -> 200 { changeId } | 409 ControlError | 404 ControlError (no such zone)
 *   GET    /v1/changes/{id}                        -> { status: "in-sync" } | 404
 *   PUT    /v1/services/{name}  ListenerSpec       -> 204
 *   PUT    /v1/services/{name}/deployment  DeploymentSpec -> 204
 *   PUT    /v1/services/{name}/scale  { tasks }    -> 204
 *   GET    /v1/services/{name}                     -> ServiceStatus | 404
 *   GET    /v1/services/{name}/logs?lines=200      -> { lines: string[] }
 *   POST   /v1/stop             { tasks: "keep" | "stop" } -> 202, then the process ends
 *
 * A service's name holds slashes and is percent-encoded in the path. Errors are a ControlError.
 */
export const CONTROL_PROTOCOL = 1;

export interface CloudStatus {
  readonly protocol: number;
  readonly version: string;
  readonly pid: number;
  readonly dns: { readonly host: string; readonly port: number };
  readonly gateway: { readonly host: string; readonly port: number };
}

export interface ControlError {
  readonly error: { readonly code: ControlErrorCode; readonly message: string };
}

export type ControlErrorCode =
  | "address_in_use"
  | "bad_request"
  | "change_refused"
  | "internal"
  | "not_found"
  /** Nothing was changed; trying again later may work. */
  | "unavailable";

export interface ZoneSpec {
  /** The zone's apex, lower case, without the trailing dot. */
  readonly name: string;
}

/** Where a side's load balancer listens. */
export interface ListenerSpec {
  readonly address: string;
  readonly port: number;
}

/** What is to run behind a side's load balancer. */
export interface DeploymentSpec {
  readonly id: string;
  /** A spec whose revision is below the service's is ignored, unless `replaces` names that one. */
  readonly revision: number;
  /** A revision of the service that is known to be foreign: this spec takes its place. */
  readonly replaces?: number;
  readonly releaseId: string;
  readonly digest: string;
  /** The working directory of the tasks: never written to by the local cloud. */
  readonly directory: string;
  /** Run by `sh -c` with PORT and HOST set. */
  readonly start: string;
  readonly healthPath: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly tasks: number;
  readonly graceSeconds: number;
  readonly healthTimeoutSeconds: number;
}

export interface ServiceStatus {
  readonly name: string;
  readonly listener: ListenerSpec;
  /** Why the listener doesn't listen now; it is tried again and again. */
  readonly listenerFault?: string;
  /** Of the newest deployment that it was asked for; 0 before any. */
  readonly revision: number;
  readonly serving?: {
    readonly deploymentId: string;
    readonly releaseId: string;
    readonly digest: string;
    readonly tasksWanted: number;
    readonly tasks: readonly TaskStatus[];
  };
  readonly pending?: {
    readonly deploymentId: string;
    readonly state: "starting" | "failed";
    readonly reason?: string;
    readonly tasks: readonly TaskStatus[];
  };
  readonly requests: {
    /** Begun since the service was first listened for; kept over restarts of the local cloud. */
    readonly total: number;
    /** Requests and upgraded connections open now. */
    readonly open: number;
  };
}

export interface TaskExit {
  /** Epoch milliseconds. */
  readonly at: number;
  /** In one line: how it ended and what it said last. */
  readonly reason: string;
}

export interface TaskStatus {
  readonly id: string;
  readonly pid: number;
  readonly port: number;
  readonly state: "starting" | "healthy" | "unhealthy" | "stopping" | "waiting-to-restart";
  readonly restarts: number;
  /** How its last process ended, where one has. */
  readonly lastExit?: TaskExit;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}
