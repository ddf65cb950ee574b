import { side } from "../../../test/support/sides.ts";
import type { Side } from "../../ports/side-runtime.ts";
import { trafficMeterContract } from "../../ports/traffic-meter.contract.ts";
import { MemoryTrafficMeter } from "./memory-traffic-meter.ts";

trafficMeterContract("MemoryTrafficMeter", async () => {
  const meter = new MemoryTrafficMeter();
  const counted = new Map<Side, { total: number; open: number }>();
  const count = (side: Side, total: number, open: number) => {
    const before = counted.get(side) ?? { total: 0, open: 0 };
    const after = { total: before.total + total, open: before.open + open };
    counted.set(side, after);
    meter.set(side, after);
  };
  return {
    meter,
    blue: side("rainbow/production", "blue"),
    green: side("rainbow/production", "green"),
    unknown: side("rainbow/other", "main"),
    async begin(side) {
      count(side, 1, 1);
      return async () => count(side, 0, -1);
    },
    restart: async () => undefined,
    close: async () => undefined,
  };
});
