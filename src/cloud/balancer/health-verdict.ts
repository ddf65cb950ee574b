/** What one health check saw: `silent` is no answer at all, `failed` one that isn't good. */
export type HealthOutcome = "passed" | "failed" | "silent";

/** What the health checks of a target say so far. */
export interface HealthVerdict {
  /** Undefined until enough checks in a row agree. */
  readonly healthy: boolean | undefined;
  /** How many of the last checks in a row had the outcome `lastPassed`. */
  readonly inARow: number;
  readonly lastPassed: boolean;
  /** How many of the last checks in a row got no answer at all. */
  readonly silentInARow: number;
}

export interface HealthThresholds {
  /** Checks in a row that make a target healthy. */
  readonly healthyThreshold: number;
  /** Checks in a row that make a target unhealthy. */
  readonly unhealthyThreshold: number;
}

export const NOT_CHECKED: HealthVerdict = {
  healthy: undefined,
  inARow: 0,
  lastPassed: false,
  silentInARow: 0,
};

/** The verdict after one more check. */
export function afterCheck(
  verdict: HealthVerdict,
  outcome: HealthOutcome,
  thresholds: HealthThresholds,
): HealthVerdict {
  const passed = outcome === "passed";
  const inARow = verdict.lastPassed === passed ? verdict.inARow + 1 : 1;
  const needed = passed ? thresholds.healthyThreshold : thresholds.unhealthyThreshold;
  return {
    healthy: inARow >= needed ? passed : verdict.healthy,
    inARow,
    lastPassed: passed,
    silentInARow: outcome === "silent" ? verdict.silentInARow + 1 : 0,
  };
}
