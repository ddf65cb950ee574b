import type { SideRef } from "../../ports/side-runtime.ts";
import type { SideRequests, TrafficMeter } from "../../ports/traffic-meter.ts";

/** Counts that are set by hand. */
export class MemoryTrafficMeter implements TrafficMeter {
  readonly #counts = new Map<string, { total: number; open: number }>();

  requestsBySide(sides: readonly SideRef[]): Promise<readonly SideRequests[]> {
    return Promise.resolve(
      sides.map((ref) => ({
        side: ref.side,
        ...(this.#counts.get(key(ref)) ?? { total: 0, open: 0 }),
        lagSeconds: 0,
      })),
    );
  }

  set(ref: SideRef, count: { total: number; open: number }): void {
    this.#counts.set(key(ref), count);
  }
}

function key({ environment, side }: SideRef): string {
  return `${environment}/${side}`;
}
