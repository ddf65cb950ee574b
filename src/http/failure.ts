import type { ErrorCode } from "../contract/api.ts";

/** Any "no" of the API: a refusal of the domain, or one of HTTP's own. A value, never thrown. */
export interface Failure {
  readonly kind: "refused";
  readonly code: ErrorCode;
  /** What happened, what was left unchanged and what to do. */
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export function fail(
  code: ErrorCode,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): Failure {
  return { kind: "refused", code, message, details };
}

export function isFailure(value: unknown): value is Failure {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "refused";
}
