/** What came of one attempt: an answer, or none. */
export type Attempt =
  | {
      readonly answered: true;
      readonly status: number;
      readonly headers: Headers;
      readonly message: string;
    }
  | { readonly answered: false };

const FIRST_PAUSE_MS = 1_000;
const A_MINUTE_MS = 60_000;

/**
 * Milliseconds until the request may be sent again; undefined when it must not be. What GitHub has
 * turned away for its rate was not carried out. What got no answer, or a server's error, may have
 * been, so it is repeated only where a repeat is harmless.
 *
 * The rules are those of "Exceeding the rate limit" in GitHub's "Rate limits for the REST API".
 */
export function pauseBeforeRetry(
  attempt: Attempt,
  times: number,
  {
    repeatable,
    now,
    random,
  }: {
    readonly repeatable: boolean;
    /** Epoch milliseconds. */
    readonly now: number;
    /** From 0 to 1. */
    readonly random: number;
  },
): number | undefined {
  const growing = FIRST_PAUSE_MS * 2 ** (times - 1) * (0.5 + random / 2);
  if (!attempt.answered) return repeatable ? growing : undefined;
  const limited = limitedFor(attempt, times, now);
  if (limited !== undefined) return limited * (1 + random / 10);
  return attempt.status >= 500 && repeatable ? growing : undefined;
}

/** Whether it was the rate that was refused, and not the request. */
export function isRateLimited({
  status,
  headers,
  message,
}: Attempt & { readonly answered: true }): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    headers.has("retry-after") ||
    headers.get("x-ratelimit-remaining") === "0" ||
    /secondary rate limit|abuse detection/i.test(message)
  );
}

function limitedFor(
  attempt: Attempt & { readonly answered: true },
  times: number,
  now: number,
): number | undefined {
  if (!isRateLimited(attempt)) return undefined;
  const { headers } = attempt;
  const seconds = wholeNumber(headers.get("retry-after"));
  if (seconds !== undefined) return seconds * 1000;
  const reset = wholeNumber(headers.get("x-ratelimit-reset"));
  if (headers.get("x-ratelimit-remaining") === "0" && reset !== undefined) {
    return Math.max(FIRST_PAUSE_MS, reset * 1000 - now);
  }
  return A_MINUTE_MS * 2 ** (times - 1);
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}
