import type { Exchange } from "./exchange.ts";
import type { Failure } from "./failure.ts";
import { hasBody } from "./headers.ts";

/** Why a request that Node's parser took can't be forwarded; undefined when it can. */
export function refusalOf({ request, upgrade }: Exchange): Failure | undefined {
  const coding = request.headers["transfer-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "chunked") {
    return {
      code: "bad_request",
      // RFC 9112, 6.1. The parser looks only at how the list of codings ends.
      status: 501,
      reason: `the only transfer coding known here is chunked, and the request's is ${coding}`,
    };
  }
  if (coding !== undefined && request.httpVersion === "1.0") {
    // RFC 9112, 6.1: such framing is faulty, since whoever stood between may not have known of it.
    return badRequest("a request of HTTP/1.0 can't have a transfer coding");
  }
  const names = request.rawHeaders.filter((_, at) => at % 2 === 0);
  const hosts = names.filter((name) => name.toLowerCase() === "host").length;
  // RFC 9112, 3.2.
  if (hosts > 1 || (hosts === 0 && request.httpVersion !== "1.0")) {
    return badRequest(`a request must have one Host field, and this one has ${hosts}`);
  }
  if (!request.url?.startsWith("/")) {
    return badRequest(`the request's target must be a path, and is ${request.url}`);
  }
  if (upgrade !== undefined && hasBody(request)) {
    return badRequest("a request that asks for an upgrade can't have a body here");
  }
  return undefined;
}

function badRequest(reason: string): Failure {
  return { code: "bad_request", status: 400, reason };
}
