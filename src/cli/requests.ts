import type { EnvironmentView, ErrorCode, RequestView } from "../contract/api.ts";
import { Problem } from "./problem.ts";
import type { Argument } from "./verb.ts";

export const REQUEST: Argument = {
  name: "request",
  summary: "The request's id, as production-41 or rainbow/production-41",
  required: true,
};

/** The request of this id, which only the newest can be; an older one is closed. */
export function requestOf(view: EnvironmentView, id: string): RequestView {
  const { request } = view;
  if (request?.id === id) return request;
  const newest = request ? `the newest is ${request.id} (${request.status})` : "there is none";
  throw refused(
    request ? "request_closed" : "unknown_request",
    `${id} is not an open request of ${view.name}: ${newest}. Nothing was changed.`,
  );
}

/** A request that can no longer be carried out and was not. */
export function throwWhenClosed(request: RequestView): void {
  if (request.status === "open" || request.status === "approved" || request.status === "flipped") {
    return;
  }
  const because = request.closedBecause ? `: ${request.closedBecause}` : "";
  throw refused(
    request.status === "expired" ? "approval_expired" : "request_closed",
    `request ${request.id} is ${request.status}${because}`,
  );
}

/** The short id of `rainbow/production-41`, as the operator knows it. */
export function shortId(written: string): string {
  return written.slice(written.indexOf("/") + 1);
}

function refused(code: ErrorCode, message: string): Problem {
  return new Problem("refused", message, { error: { code, message } });
}
