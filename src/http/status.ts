import type { ErrorCode } from "../contract/api.ts";

/** What went wrong is told by the code; the status is for programs that only know HTTP (RFC 9110). */
const STATUS = {
  bad_request: 400,
  unauthorized: 401,
  author_may_not_approve: 403,
  forbidden: 403,
  not_permitted: 403,
  not_found: 404,
  unknown_app: 404,
  unknown_environment: 404,
  unknown_key: 404,
  unknown_release: 404,
  unknown_request: 404,
  unknown_run: 404,
  unknown_side: 404,
  method_not_allowed: 405,
  already_approved: 409,
  already_live: 409,
  approval_expired: 409,
  approval_required: 409,
  command_id_reused: 409,
  deployment_in_flight: 409,
  draining: 409,
  drift: 409,
  flip_in_flight: 409,
  frozen: 409,
  no_flip_in_flight: 409,
  not_blocked: 409,
  not_blue_green: 409,
  not_standby: 409,
  nothing_on_standby: 409,
  nothing_to_mend: 409,
  nothing_to_revert: 409,
  read_only: 409,
  request_closed: 409,
  run_closed: 409,
  stale_candidate: 409,
  stale_revision: 409,
  superseded: 409,
  traffic_elsewhere: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  invalid_configuration: 422,
  too_many_requests: 429,
  internal: 500,
  unavailable: 503,
} as const satisfies Readonly<Record<ErrorCode, number>>;

export type ErrorStatus = (typeof STATUS)[ErrorCode];

export function statusOf(code: ErrorCode): ErrorStatus {
  return STATUS[code];
}

/** Whether the state as it is now stands in the way, so that the caller needs to see it. */
export function isConflict(code: ErrorCode): boolean {
  return STATUS[code] === 409;
}
