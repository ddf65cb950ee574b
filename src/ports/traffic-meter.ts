import type { SideRef } from "./side-runtime.ts";

/** Counts what each side serves, so that a drain ends when the old side is quiet. */
export interface TrafficMeter {
  requestsBySide(sides: readonly SideRef[]): Promise<readonly SideRequests[]>;
}

export interface SideRequests {
  readonly side: SideRef["side"];
  /** Requests begun since the side's load balancer first started; it never falls. */
  readonly total: number;
  /** Requests and upgraded connections that are open now. */
  readonly open: number;
}
