/** How often, in milliseconds, to look at what is on its way in an environment. */
export interface EnvironmentPaces {
  readonly deploymentMs: number;
  readonly inSyncMs: number;
  readonly drainMs: number;
  readonly unavailableMs: number;
  readonly driftedMs: number;
}

/** How often, in milliseconds, an operator looks. */
export interface Paces extends EnvironmentPaces {
  /** At what others decided, and at everything that should be under way. */
  readonly sweepMs: number;
  readonly driftMs: number;
  /** At what a run's job waits for. */
  readonly runMs: number;
}
