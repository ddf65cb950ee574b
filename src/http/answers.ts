import type { ErrorAnswer } from "../contract/api.ts";
import type { Failure } from "./failure.ts";
import { statusOf } from "./status.ts";

export function failureAnswer(
  { code, message, details }: Failure,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const answer: ErrorAnswer = {
    error: { code, message, ...(Object.keys(details).length === 0 ? {} : { details }) },
  };
  const status = statusOf(code);
  // RFC 9110, section 15.5.2: a 401 must say how to authenticate.
  const challenge = status === 401 ? { "www-authenticate": 'Bearer realm="verdigris"' } : {};
  const { retryAfterSeconds } = details;
  const wait = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  return Response.json(answer, { status, headers: { ...challenge, ...wait, ...headers } });
}

const ON_EVERY_ANSWER = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/** Headers that keep a browser from doing more with an answer than showing it. */
export function hardened(answer: Response): Response {
  for (const [name, value] of Object.entries(ON_EVERY_ANSWER)) {
    if (!answer.headers.has(name)) answer.headers.set(name, value);
  }
  return answer;
}
