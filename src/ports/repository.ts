/** The app's git repository, read only. */
export interface Repository {
  /** Every branch and the commit it points to. */
  heads(): Promise<readonly Head[]>;
  commit(sha: string): Promise<CommitInfo | undefined>;
  /** A file's text at a commit; undefined when it isn't there. */
  file(sha: string, path: string): Promise<string | undefined>;
}

export interface Head {
  readonly branch: string;
  readonly commit: string;
}

export interface CommitInfo {
  readonly sha: string;
  readonly author: { readonly name: string; readonly email: string };
  /** The first line of the message. */
  readonly subject: string;
  readonly parents: readonly string[];
}
