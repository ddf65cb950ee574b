import type { RefusalCode } from "../../domain/refusal.ts";

/** Why any decision about an environment may be refused. */
export const DECISION_REFUSALS = [
  "command_id_reused",
  "read_only",
  "stale_revision",
  "unknown_environment",
] as const satisfies readonly RefusalCode[];

export const DEPLOY_REFUSALS = [
  ...DECISION_REFUSALS,
  "deployment_in_flight",
  "draining",
  "drift",
  "flip_in_flight",
  "frozen",
  "not_standby",
  "superseded",
  "unknown_release",
  "unknown_side",
] as const satisfies readonly RefusalCode[];

/** Of asking for a flip and of flipping. */
export const CANDIDATE_REFUSALS = [
  ...DECISION_REFUSALS,
  "deployment_in_flight",
  "draining",
  "drift",
  "flip_in_flight",
  "frozen",
  "not_blue_green",
  "nothing_on_standby",
  "stale_candidate",
  "unknown_release",
] as const satisfies readonly RefusalCode[];

/** Of approving and rejecting. */
export const REQUEST_REFUSALS = [
  ...DECISION_REFUSALS,
  "approval_expired",
  "request_closed",
  "stale_candidate",
  "unknown_request",
] as const satisfies readonly RefusalCode[];

export const FLIP_REFUSALS = [
  ...CANDIDATE_REFUSALS,
  "already_live",
  "approval_expired",
  "approval_required",
  "request_closed",
  "unknown_request",
  "unknown_side",
] as const satisfies readonly RefusalCode[];

export const REVERT_REFUSALS = [
  ...DECISION_REFUSALS,
  "already_live",
  "deployment_in_flight",
  "drift",
  "not_blue_green",
  "nothing_to_revert",
  "stale_candidate",
  "unknown_release",
  "unknown_side",
] as const satisfies readonly RefusalCode[];
