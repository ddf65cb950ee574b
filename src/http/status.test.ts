import { describe, expect, it } from "vitest";
import { ERROR_CODES } from "../contract/schemas/errors.ts";
import { isConflict, statusOf } from "./status.ts";

const OTHERS = {
  author_may_not_approve: 403,
  bad_request: 400,
  forbidden: 403,
  internal: 500,
  invalid_configuration: 422,
  method_not_allowed: 405,
  not_found: 404,
  not_permitted: 403,
  payload_too_large: 413,
  too_many_requests: 429,
  unauthorized: 401,
  unavailable: 503,
  unsupported_media_type: 415,
} as const;

describe("the status of a code", () => {
  it("is 404 for everything unknown, and a conflict unless there is a better one", () => {
    const expected = (code: string) =>
      code.startsWith("unknown_") ? 404 : ((OTHERS as Record<string, number>)[code] ?? 409);
    for (const code of ERROR_CODES) expect([code, statusOf(code)]).toEqual([code, expected(code)]);
  });

  it("tells which refusals are conflicts with the state", () => {
    expect(isConflict("stale_revision")).toBe(true);
    expect(isConflict("unknown_request")).toBe(false);
  });
});
