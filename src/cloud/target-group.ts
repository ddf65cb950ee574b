/** The tasks a load balancer chooses from. The task supervisor speaks to its balancer through this. */
export interface TargetGroup {
  /** From now on requests may go to the target. Adding a present id changes nothing. */
  add(target: Target): void;
  /**
   * No request is sent to the target from the moment of the call. Resolves when the last request
   * and upgraded connection on it has ended, or when `deadlineMs` is over and they have been cut.
   */
  remove(id: string, deadlineMs: number): Promise<void>;
}

export interface Target {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  /** The path that active health checks ask for: 200 to 399 is healthy. */
  readonly healthPath: string;
  /**
   * Called when so many health checks in a row got no answer at all, not even a status, and again
   * only after an answer. While a listener moves two of them check, and each may call it.
   */
  readonly onSilent?: (checks: number) => void;
}
