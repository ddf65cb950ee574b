import type { Target } from "../target-group.ts";
import { probe } from "./health-probe.ts";
import {
  afterCheck,
  type HealthThresholds,
  type HealthVerdict,
  NOT_CHECKED,
} from "./health-verdict.ts";

export interface HealthCheckOptions extends HealthThresholds {
  /** From the end of one check of a target to the start of its next. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Checks in a row without any answer at which the target's `onSilent` is called. */
  readonly silentThreshold: number;
}

export const DEFAULT_HEALTH_CHECK: HealthCheckOptions = {
  intervalMs: 2_000,
  timeoutMs: 1_000,
  healthyThreshold: 1,
  unhealthyThreshold: 3,
  silentThreshold: 10,
};

/** Checks one target, at once and then at each interval, until stopped. */
export class HealthWatch {
  readonly #target: Target;
  readonly #options: HealthCheckOptions;
  readonly #changed: (healthy: boolean) => void;
  readonly #stopped = new AbortController();
  #verdict: HealthVerdict = NOT_CHECKED;
  #timer: NodeJS.Timeout | undefined;

  constructor(target: Target, options: HealthCheckOptions, changed: (healthy: boolean) => void) {
    this.#target = target;
    this.#options = options;
    this.#changed = changed;
    void this.#check();
  }

  /** Undefined until the checks have decided. */
  get healthy(): boolean | undefined {
    return this.#verdict.healthy;
  }

  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#timer);
  }

  async #check(): Promise<void> {
    const outcome = await probe(this.#target, this.#options.timeoutMs, this.#stopped.signal);
    if (this.#stopped.signal.aborted) return;
    const before = this.healthy;
    this.#verdict = afterCheck(this.#verdict, outcome, this.#options);
    this.#timer = setTimeout(() => void this.#check(), this.#options.intervalMs);
    const now = this.healthy;
    if (now !== undefined && now !== before) this.#changed(now);
    const { silentInARow } = this.#verdict;
    if (silentInARow === this.#options.silentThreshold) this.#target.onSilent?.(silentInARow);
  }
}
