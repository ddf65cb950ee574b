import type { Exchange } from "./exchange.ts";
import type { Failure } from "./failure.ts";
import { hasBody } from "./headers.ts";

/** Why a request that Node's parser took can't be forwarded; undefined when it can. */
export function refusalOf({ request, upgrade }: Exchange): Failure | undefined {
  const { httpVersion } = request;
  if (httpVersion !== "1.1" && httpVersion !== "1.0") {
    return badRequest(`only HTTP/1.1 and 1.0 are spoken here, and this is ${httpVersion}`, 505);
  }
  const coding = request.headers["transfer-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "chunked") {
    // RFC 9112, 6.1. The parser looks only at how the list of codings ends.
    return badRequest(`the only transfer coding known here is chunked, not ${coding}`, 501);
  }
  if (coding !== undefined && httpVersion === "1.0") {
    // RFC 9112, 6.1: such framing is faulty, since whoever stood between may not have known of it.
    return badRequest("a request of HTTP/1.0 can't have a transfer coding");
  }
  const names = request.rawHeaders.filter((_, at) => at % 2 === 0);
  const hosts = names.filter((name) => name.toLowerCase() === "host").length;
  // RFC 9112, 3.2.
  if (hosts > 1 || (hosts === 0 && httpVersion === "1.1")) {
    return badRequest(`a request must have one Host field, and this one has ${hosts}`);
  }
  const expected = request.headers.expect ?? "100-continue";
  if (!/^100-continue$/i.test(expected)) {
    return badRequest(`nothing can be expected here but 100-continue, not ${expected}`, 417);
  }
  if (!request.url?.startsWith("/")) {
    return badRequest(`the request's target must be a path, and is ${request.url}`);
  }
  if (upgrade !== undefined && hasBody(request)) {
    return badRequest("a request that asks for an upgrade can't have a body here");
  }
  return undefined;
}

function badRequest(reason: string, status = 400): Failure {
  return { code: "bad_request", status, reason };
}
