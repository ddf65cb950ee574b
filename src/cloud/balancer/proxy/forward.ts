import { Attempt, type AttemptFailed } from "./attempt.ts";
import type { Exchange } from "./exchange.ts";
import { type Failure, failureOf, isConnectionEnd } from "./failure.ts";
import { requestHeaders } from "./headers.ts";
import { Upstream } from "./upstream.ts";

/** Says where a request goes next, given where it has been; or why it can't go anywhere. */
export type Route = (tried: readonly Upstream[]) => Upstream | Failure;

const MAX_RETRIES = 2;

/** RFC 9110, 9.2.2. */
const IDEMPOTENT = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "PUT", "TRACE"]);

/** Gets the exchange its answer: from the first upstream of the route that takes the request, or a failure. */
export function forward(exchange: Exchange, route: Route): void {
  // The connection of a request that was looked up for a while may be cut and not yet told so.
  if (exchange.closed || exchange.request.socket.destroyed) return;
  const headers = requestHeaders(exchange.request);
  const tried: Upstream[] = [];
  let attempt: Attempt | undefined;
  exchange.onClosed(() => attempt?.abandon());

  const tryNext = (fresh: boolean) => {
    const upstream = route(tried);
    if (!(upstream instanceof Upstream)) {
      exchange.fail(upstream);
      return;
    }
    tried.push(upstream);
    attempt = new Attempt(exchange, upstream, fresh, (failed) => {
      if (exchange.closed) return;
      if (tried.length <= MAX_RETRIES && mayRetry(failed, exchange)) tryNext(true);
      else giveUp(exchange, failureOf({ ...failed, upstream: failed.upstream.name }));
    });
    attempt.send(headers);
  };
  tryNext(false);
}

function giveUp(exchange: Exchange, failure: Failure): void {
  if (failure.code === "bad_request") exchange.refuse(failure);
  else exchange.fail(failure);
}

/**
 * A request that reached nobody may always go elsewhere. One whose kept-alive connection ended before
 * a response began most likely crossed with the upstream's close; it is sent again when that
 * can do no harm (RFC 9110, 9.2.2). One that ended a fresh connection may have crashed the upstream
 * and must not be carried to the next.
 */
function mayRetry(failed: AttemptFailed, { request }: Exchange): boolean {
  if (!failed.connected) return failed.error.code !== "UND_ERR_INVALID_ARG";
  if (!failed.reused || failed.bodyTaken || failed.answered) return false;
  return isConnectionEnd(failed.error) && IDEMPOTENT.has(request.method ?? "");
}
