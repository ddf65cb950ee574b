import type { Paces } from "../../app/paces.ts";

/**
 * How often to look, in milliseconds. Route 53 takes five requests a second from an account, ECS twenty
 * reads (API reference, "Request throttling"), and what one operator decides the others find by sweeping.
 */
export const AWS_PACES: Paces = {
  deploymentMs: 5_000,
  inSyncMs: 5_000,
  drainMs: 15_000,
  unavailableMs: 3_000,
  driftedMs: 30_000,
  sweepMs: 10_000,
  driftMs: 300_000,
  runMs: 5_000,
};
