import type { CommitInfo, Head, Repository } from "../../../ports/repository.ts";
import { parseCommit } from "./commit-object.ts";
import { Git, GitError, isCommitId } from "./git.ts";

/** An app's bare repository on this machine. */
export class GitRepository implements Repository {
  readonly #git: Git;

  constructor(repository: string | Git) {
    this.#git = typeof repository === "string" ? new Git(repository) : repository;
  }

  /** @throws GitError that names a damaged ref or object; git itself passes over such a ref with a warning */
  async heads(): Promise<readonly Head[]> {
    // The type makes git open each commit.
    const format = "--format=%(objectname) %(objecttype) %(refname:lstrip=2)";
    const { stdout, stderr } = await this.#git.run(["for-each-ref", format, "refs/heads"]);
    const [, broken] = /ignoring broken ref (\S+)/.exec(stderr) ?? [];
    if (broken !== undefined) throw this.#damaged(broken, stderr);
    return stdout
      .toString()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [commit = "", , branch = ""] = line.split(" ");
        return { commit, branch };
      });
  }

  async commit(sha: string): Promise<CommitInfo | undefined> {
    if (!isCommitId(sha)) return undefined;
    const object = await this.#object(sha);
    return object?.type === "commit" ? parseCommit(sha, object.content) : undefined;
  }

  async file(sha: string, path: string): Promise<string | undefined> {
    if (!isCommitId(sha) || !isPlainPath(path)) return undefined;
    const object = await this.#object(`${sha}:${path}`);
    return object?.type === "blob" ? object.content.toString("utf8") : undefined;
  }

  #damaged(ref: string, stderr: string): GitError {
    return new GitError(
      `${this.#git.directory}/${ref} is damaged and names no commit. Write the id of the branch's newest commit into it, or remove the file and push the branch again`,
      undefined,
      stderr,
    );
  }

  /** Answers `<name> missing`, or `<id> <type> <size>` and the content (git-cat-file(1), "BATCH OUTPUT"). */
  async #object(name: string): Promise<{ type: string; content: Buffer } | undefined> {
    const { stdout } = await this.#git.run(["cat-file", "--batch"], { stdin: `${name}\n` });
    const firstLineEnd = stdout.indexOf("\n");
    const header = /^[0-9a-f]{40} (\w+) \d+$/.exec(stdout.toString("utf8", 0, firstLineEnd));
    if (header?.[1] === undefined) return undefined;
    return { type: header[1], content: stdout.subarray(firstLineEnd + 1, -1) };
  }
}

/** Names one file below the root, and stays on one line of git's batch input. */
function isPlainPath(path: string): boolean {
  return !/[\n\0]/.test(path) && path.split("/").every((part) => !["", ".", ".."].includes(part));
}
