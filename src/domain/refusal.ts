/** Why a command was refused. Codes are part of the API: they are added to, never renamed. */
export type RefusalCode =
  | "already_approved"
  | "already_live"
  | "approval_expired"
  | "approval_required"
  | "author_may_not_approve"
  | "command_id_reused"
  | "deployment_in_flight"
  | "draining"
  | "drift"
  | "flip_in_flight"
  | "frozen"
  | "invalid_configuration"
  | "no_flip_in_flight"
  | "not_blocked"
  | "not_blue_green"
  | "not_permitted"
  | "not_standby"
  | "nothing_on_standby"
  | "nothing_to_mend"
  | "nothing_to_revert"
  | "read_only"
  | "request_closed"
  | "run_closed"
  | "stale_candidate"
  | "stale_revision"
  | "superseded"
  | "traffic_elsewhere"
  | "unknown_app"
  | "unknown_environment"
  | "unknown_key"
  | "unknown_release"
  | "unknown_request"
  | "unknown_run"
  | "unknown_side";

/** A "no" with a code for programs and a reason for people. A value, never thrown. */
export interface Refusal {
  readonly kind: "refused";
  readonly code: RefusalCode;
  /** What happened, what was left unchanged and what to do, in one or two sentences. */
  readonly message: string;
  /** What a program needs to act on the refusal: ids, revisions, the current value. */
  readonly details: Readonly<Record<string, unknown>>;
}

export function refuse(
  code: RefusalCode,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): Refusal {
  return { kind: "refused", code, message, details };
}

/** What a decider answers: the events to append (none when all is already so), or a refusal. */
export type Decision<Event> = readonly Event[] | Refusal;

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "refused";
}
