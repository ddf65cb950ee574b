import type { CommitStatus } from "../../../ports/commit-statuses.ts";
import { type Git, isCommitId } from "./git.ts";

/**
 * A commit's status is a blob of JSON under a ref of its own, `refs/verdigris/status/<commit>`, so
 * that a hook reads it with nothing else running, and git's own atomic change of a ref keeps it whole.
 */
export async function writeStatus(git: Git, commit: string, status: CommitStatus): Promise<void> {
  if (!isCommitId(commit)) throw new RangeError(`not a commit: ${JSON.stringify(commit)}`);
  const { state, run, description } = status;
  const blob = await git.text(["hash-object", "-w", "--stdin"], {
    stdin: JSON.stringify({ state, run, description }),
  });
  await git.run(["update-ref", statusRef(commit), blob]);
}

/** @throws Error when something else than a status is there: nobody may then take the commit for passed. */
export async function readStatus(git: Git, commit: string): Promise<CommitStatus | undefined> {
  if (!isCommitId(commit)) return undefined;
  const ref = statusRef(commit);
  const blob = await git.text(["for-each-ref", "--format=%(objectname)", ref]);
  if (blob === "") return undefined;
  const status: unknown = JSON.parse(await git.text(["cat-file", "blob", blob]));
  if (isCommitStatus(status)) return status;
  throw new Error(`${ref} in ${git.directory} does not hold a commit's status`);
}

function statusRef(commit: string): string {
  return `refs/verdigris/status/${commit}`;
}

function isCommitStatus(value: unknown): value is CommitStatus {
  if (typeof value !== "object" || value === null) return false;
  const { state, run, description } = value as Partial<Record<keyof CommitStatus, unknown>>;
  return (
    (state === "pending" || state === "passed" || state === "failed") &&
    typeof run === "number" &&
    typeof description === "string"
  );
}
