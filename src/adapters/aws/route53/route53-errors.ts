import { NotSent } from "./request-budget.ts";

/** What kept Route 53 from doing what was asked. */
export type Fault =
  /** It is known that nothing was done; trying again later may work. */
  | { readonly kind: "not-now"; readonly reason: string }
  /** No answer, or none that tells whether it was done. */
  | { readonly kind: "no-answer"; readonly reason: string }
  | { readonly kind: "no-such-zone" }
  | { readonly kind: "no-such-change" }
  /** InvalidChangeBatch, with the text of its messages. */
  | { readonly kind: "invalid-batch"; readonly text: string }
  | { readonly kind: "denied"; readonly reason: string }
  /** The credentials themselves are not taken. */
  | { readonly kind: "unauthenticated"; readonly reason: string }
  | { readonly kind: "quota"; readonly reason: string }
  /** Any other refusal, with Route 53's code for it. */
  | { readonly kind: "not-taken"; readonly code: string; readonly reason: string };

/** The error's fields, of whichever copy of the client it is. */
interface Thrown {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  /** Where InvalidChangeBatch comes as the API Reference writes it, which the client doesn't know by name. */
  readonly Messages?: { readonly Message?: string | readonly string[] };
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * "Throttling" (Developer Guide, "Quotas") and ThrottlingException (API); the others are those that
 * AWS's own clients count as throttling too.
 */
const THROTTLING =
  /^(Throttling|ThrottlingException|ThrottledException|RequestThrottled(Exception)?|RequestLimitExceeded|TooManyRequestsException|SlowDown)$/;
/** API Reference, "Common errors", and IAM's; a person must mend them. */
const DENIED = /^(AccessDenied(Exception)?|NotAuthorized(Exception)?|UnauthorizedOperation)$/;
const UNAUTHENTICATED =
  /^(InvalidClientTokenId|UnrecognizedClient(Exception)?|SignatureDoesNotMatch|InvalidSignature(Exception)?|IncompleteSignature|MissingAuthenticationToken|OptInRequired)$/;
/** Credentials that are renewed, or a clock that the client learns to correct, by the next request. */
const STALE =
  /^(ExpiredToken(Exception)?|RequestExpired|RequestTimeTooSkewed|RequestInTheFuture|CredentialsProviderError|TokenProviderError)$/;
const SIGNED_TOO_EARLY_OR_LATE = /^Signature (expired|not yet current)/;
const QUOTA = /^(LimitsExceeded|TooMany[A-Za-z]+|ServiceQuotaExceeded(Exception)?)$/;
const UNANSWERED =
  /^(AbortError|TimeoutError|RequestTimeout(Exception)?|InternalError|InternalFailure|InternalServerError|ServiceUnavailable(Exception)?)$/;

/** What the error means; undefined when it is none of a request's, but a defect of the program. */
export function faultOf(error: unknown): Fault | undefined {
  if (error instanceof NotSent) return { kind: "not-now", reason: `not sent: ${error.message}` };
  if (!(error instanceof Error)) return undefined;
  const { name = "", message = "", code, Messages, $metadata } = error as Thrown;
  const status = $metadata?.httpStatusCode;
  const reason = message === "" ? name : `${name}: ${message}`;
  if (isThrottling(error)) return { kind: "not-now", reason: `throttled (${reason})` };
  if (name === "PriorRequestNotComplete") {
    return { kind: "not-now", reason: "another change of the hosted zone is being processed" };
  }
  if (STALE.test(name) || SIGNED_TOO_EARLY_OR_LATE.test(message))
    return { kind: "not-now", reason };
  if (name === "NoSuchHostedZone") return { kind: "no-such-zone" };
  if (name === "NoSuchChange") return { kind: "no-such-change" };
  if (name === "InvalidChangeBatch") return { kind: "invalid-batch", text: message };
  if (Messages) return { kind: "invalid-batch", text: [Messages.Message].flat().join(", ") };
  if (DENIED.test(name)) return { kind: "denied", reason };
  if (UNAUTHENTICATED.test(name)) return { kind: "unauthenticated", reason };
  if (QUOTA.test(name)) return { kind: "quota", reason };
  if (UNANSWERED.test(name) || (status !== undefined && status >= 500)) {
    return { kind: "no-answer", reason };
  }
  if (status !== undefined && status >= 400) return { kind: "not-taken", code: name, reason };
  if (error instanceof TypeError || error instanceof RangeError) return undefined;
  // The system's own errors, no route, no such host, a connection that broke, or an unreadable answer.
  return code !== undefined || status !== undefined ? { kind: "no-answer", reason } : undefined;
}

export function isThrottling(error: unknown): boolean {
  const { name = "", $metadata } = (error ?? {}) as Thrown;
  return THROTTLING.test(name) || $metadata?.httpStatusCode === 429;
}

/** Without the full stop that may end it. */
export function reasonOf(fault: Fault): string {
  return textOf(fault).replace(/\.+$/, "");
}

function textOf(fault: Fault): string {
  switch (fault.kind) {
    case "no-such-zone":
      return "the hosted zone does not exist";
    case "no-such-change":
      return "it knows no such change";
    case "invalid-batch":
      return fault.text;
    default:
      return fault.reason;
  }
}
