import type { Side, SideRef } from "./side-runtime.ts";

/** Counts what each side serves, so that a drain ends when the old side is quiet. */
export interface TrafficMeter {
  /** In the order asked for; a side that can't be counted is left out. */
  requestsBySide(sides: readonly Side[]): Promise<readonly SideRequests[]>;
}

export interface SideRequests {
  readonly side: SideRef["side"];
  /** Requests begun since the side's load balancer first started; it never falls. */
  readonly total: number;
  /** Requests and upgraded connections that are open now; 0 where that isn't known. */
  readonly open: number;
  /** How far behind the counts may be: a request begun longer ago is in them. */
  readonly lagSeconds: number;
}
