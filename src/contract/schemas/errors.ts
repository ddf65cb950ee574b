import { z } from "zod";
import type { ErrorAnswer, ErrorCode } from "../api.ts";
import { maybe, shape } from "./fields.ts";

const CODES: Readonly<Record<ErrorCode, true>> = {
  already_approved: true,
  already_live: true,
  approval_expired: true,
  approval_required: true,
  author_may_not_approve: true,
  bad_request: true,
  command_id_reused: true,
  deployment_in_flight: true,
  draining: true,
  drift: true,
  flip_in_flight: true,
  forbidden: true,
  frozen: true,
  internal: true,
  invalid_configuration: true,
  method_not_allowed: true,
  no_flip_in_flight: true,
  not_blocked: true,
  not_blue_green: true,
  not_found: true,
  not_permitted: true,
  not_standby: true,
  nothing_on_standby: true,
  nothing_to_mend: true,
  nothing_to_revert: true,
  payload_too_large: true,
  read_only: true,
  request_closed: true,
  run_closed: true,
  stale_candidate: true,
  stale_revision: true,
  superseded: true,
  traffic_elsewhere: true,
  too_many_requests: true,
  unauthorized: true,
  unavailable: true,
  unknown_app: true,
  unknown_environment: true,
  unknown_key: true,
  unknown_release: true,
  unknown_request: true,
  unknown_run: true,
  unknown_side: true,
  unsupported_media_type: true,
};

/** Every code an error can have, in alphabetical order. */
export const ERROR_CODES = Object.keys(CODES) as readonly ErrorCode[];

export const errorAnswer: z.ZodType<ErrorAnswer> = z
  .object({
    error: z.object(
      shape<ErrorAnswer["error"]>()({
        code: z.enum(ERROR_CODES),
        message: z.string(),
        details: maybe(z.record(z.string(), z.unknown())).meta({
          description: "What a program needs to act on it; `environment` for a conflict with one.",
        }),
      }),
    ),
  })
  .meta({ id: "Error" });
