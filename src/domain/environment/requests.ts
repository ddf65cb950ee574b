import type { RequestClosed } from "./events.ts";
import type { EnvironmentState, FlipRequest } from "./state.ts";

export function newestRequest(state: EnvironmentState): FlipRequest | undefined {
  return state.requests.at(-1);
}

/** Whether it can still be approved, rejected or flipped. */
export function isPending(request: FlipRequest): boolean {
  return request.status === "open" || request.status === "approved";
}

export function pendingRequest(state: EnvironmentState): FlipRequest | undefined {
  const newest = newestRequest(state);
  return newest && isPending(newest) ? newest : undefined;
}

/** The event that voids a pending request, when there is one. */
export function voidPendingRequest(
  state: EnvironmentState,
  because: string,
): readonly RequestClosed[] {
  const request = pendingRequest(state);
  return request ? [{ type: "RequestClosed", requestId: request.id, status: "void", because }] : [];
}
