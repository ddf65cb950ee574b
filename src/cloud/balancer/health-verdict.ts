/** What the health checks of a target say so far. */
export interface HealthVerdict {
  /** Undefined until enough checks in a row agree. */
  readonly healthy: boolean | undefined;
  /** How many of the last checks in a row had the outcome `lastPassed`. */
  readonly inARow: number;
  readonly lastPassed: boolean;
}

export interface HealthThresholds {
  /** Checks in a row that make a target healthy. */
  readonly healthyThreshold: number;
  /** Checks in a row that make a target unhealthy. */
  readonly unhealthyThreshold: number;
}

export const NOT_CHECKED: HealthVerdict = { healthy: undefined, inARow: 0, lastPassed: false };

/** The verdict after one more check. */
export function afterCheck(
  verdict: HealthVerdict,
  passed: boolean,
  thresholds: HealthThresholds,
): HealthVerdict {
  const inARow = verdict.lastPassed === passed ? verdict.inARow + 1 : 1;
  const needed = passed ? thresholds.healthyThreshold : thresholds.unhealthyThreshold;
  return {
    healthy: inARow >= needed ? passed : verdict.healthy,
    inARow,
    lastPassed: passed,
  };
}
