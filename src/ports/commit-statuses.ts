/** Tells the git host whether a commit passed; only a commit that passed may be merged. */
export interface CommitStatuses {
  set(app: string, commit: string, status: CommitStatus): Promise<void>;
  get(app: string, commit: string): Promise<CommitStatus | undefined>;
}

export interface CommitStatus {
  readonly state: "pending" | "passed" | "failed";
  /** The run that found it. */
  readonly run: number;
  /** One line for people. */
  readonly description: string;
}
