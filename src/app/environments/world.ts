import type { SideRuntime } from "../../ports/side-runtime.ts";
import type { TrafficMeter } from "../../ports/traffic-meter.ts";
import type { TrafficZone } from "../../ports/traffic-zone.ts";

/** The world that environments live in, through its ports. */
export interface World {
  readonly zone: TrafficZone;
  readonly runtime: SideRuntime;
  readonly meter: TrafficMeter;
}
