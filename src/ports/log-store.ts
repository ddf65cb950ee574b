/** The output of a run's jobs, kept and followed. */
export interface LogStore {
  append(log: LogName, lines: readonly string[]): Promise<void>;
  /** Lines from `fromLine` (counted from 0), at most `limit`. */
  read(log: LogName, fromLine: number, limit: number): Promise<readonly string[]>;
  /** Where a person finds the log: a path or an address. */
  locate(log: LogName): string;
}

export interface LogName {
  readonly app: string;
  readonly run: number;
  readonly job: string;
}
