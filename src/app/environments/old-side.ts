import type { EnvironmentState, Flip } from "../../domain/environment/state.ts";
import type { TrafficMeter } from "../../ports/traffic-meter.ts";
import { sideOf } from "./side-of.ts";

/**
 * Counts what the old side of a flip still serves after caches expired. What was counted is kept in
 * this process alone: after a restart the quiet time begins again, which errs on the safe side.
 */
export class OldSide {
  readonly #meter: TrafficMeter;
  readonly #seen = new Map<string, { first: number; total: number; quietSince: number }>();

  constructor(meter: TrafficMeter) {
    this.#meter = meter;
  }

  /** @param elapsedMs of a clock that only runs on */
  async watch(
    state: EnvironmentState,
    flip: Flip,
    elapsedMs: number,
  ): Promise<{ requestsSinceExpiry: number; quiet: boolean } | undefined> {
    const side = sideOf(state, flip.from);
    const [count] = side ? await this.#meter.requestsBySide([side]) : [];
    if (!count) return undefined;
    const key = `${state.name} ${flip.id}`;
    const seen = this.#seen.get(key) ?? {
      first: count.total,
      total: count.total,
      quietSince: elapsedMs,
    };
    if (count.total !== seen.total || count.open > 0) {
      seen.total = count.total;
      seen.quietSince = elapsedMs;
    }
    this.#seen.set(key, seen);
    const quiet = elapsedMs - seen.quietSince >= quietMs(state) + count.lagSeconds * 1000;
    if (quiet) this.#seen.delete(key);
    return { requestsSinceExpiry: Math.max(0, count.total - seen.first), quiet };
  }
}

/** No request for as long as an answer may be cached, but for no longer than ten seconds. */
function quietMs(state: EnvironmentState): number {
  const configuration = state.configured?.configuration;
  if (!configuration) return 0;
  const { ttlSeconds, flip } = configuration;
  return Math.min(ttlSeconds, flip.drainSeconds, 10) * 1000;
}
