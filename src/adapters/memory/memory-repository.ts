import { createHash } from "node:crypto";
import type { CommitInfo, Head, Repository } from "../../ports/repository.ts";

export interface MemoryCommit {
  /** The branch that points to the commit afterwards. */
  readonly branch: string;
  /** All files of the commit, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** The branch's present commit, if any, when absent. */
  readonly parents?: readonly string[];
  readonly message?: string;
  readonly author?: { readonly name: string; readonly email: string };
}

/** A repository for tests and simulations, with commits but no merges of its own. */
export class MemoryRepository implements Repository {
  readonly #heads = new Map<string, string>();
  readonly #commits = new Map<string, CommitInfo & { files: Readonly<Record<string, string>> }>();

  /** Returns the commit's id, which no other commit of this repository has. */
  add(commit: MemoryCommit): string {
    const { branch, files, message = "A change" } = commit;
    const author = commit.author ?? { name: "Ada", email: "ada@example.com" };
    const tip = this.#heads.get(branch);
    const parents = commit.parents ?? (tip === undefined ? [] : [tip]);
    const subject = message.split("\n", 1)[0] ?? "";
    const sha = createHash("sha1")
      .update(JSON.stringify([this.#commits.size, files, message, author, parents]))
      .digest("hex");
    this.#commits.set(sha, { sha, author, subject, parents, files });
    this.#heads.set(branch, sha);
    return sha;
  }

  /** Points a branch elsewhere, as a merge or a forced push does. */
  point(branch: string, sha: string): void {
    this.#heads.set(branch, sha);
  }

  deleteBranch(branch: string): void {
    this.#heads.delete(branch);
  }

  /** All files of a commit, by path. */
  filesAt(sha: string): Readonly<Record<string, string>> | undefined {
    return this.#commits.get(sha)?.files;
  }

  async heads(): Promise<readonly Head[]> {
    return [...this.#heads].map(([branch, commit]) => ({ branch, commit }));
  }

  async commit(sha: string): Promise<CommitInfo | undefined> {
    const commit = this.#commits.get(sha);
    if (commit === undefined) return undefined;
    const { files: _, ...info } = commit;
    return info;
  }

  async file(sha: string, path: string): Promise<string | undefined> {
    const files = this.filesAt(sha) ?? {};
    return Object.hasOwn(files, path) ? files[path] : undefined;
  }
}
