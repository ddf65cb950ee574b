import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Problem } from "./problem.ts";
import type { Call } from "./verb.ts";

/** Who wrote a commit, and its first line. */
export interface CommitDescription {
  readonly name: string;
  readonly email: string;
  readonly subject: string;
}

const GIT_DEADLINE_MS = 30_000;

/** The longest that the API takes of each. */
const LONGEST = 1024;

/** What the git repository here says of a whole commit. Throws a `Problem` when it says nothing. */
export async function describeCommit(
  { cwd, env, signal }: Pick<Call, "cwd" | "env" | "signal">,
  commit: string,
): Promise<CommitDescription> {
  // git-show(1), "PRETTY FORMATS": %an, %ae and %s, which is one line, with NUL between.
  const words = ["show", "--no-patch", "--format=%an%x00%ae%x00%s", commit, "--"];
  let said: string;
  try {
    const { stdout } = await promisify(execFile)("git", words, {
      cwd,
      env,
      signal,
      timeout: GIT_DEADLINE_MS,
    });
    said = stdout;
  } catch (error) {
    signal.throwIfAborted();
    throw unknown(commit, cwd, error);
  }
  const [name = "", email = "", subject = ""] = said
    .replace(/\n$/, "")
    .split("\0")
    .map((part) =>
      part
        .replace(/[\r\n]/g, " ")
        .trim()
        .slice(0, LONGEST),
    );
  return {
    name: name || "unknown",
    email: email || "unknown",
    subject: subject || "(no subject)",
  };
}

function unknown(commit: string, cwd: string, error: unknown): Problem {
  const { stderr, message } = error as { readonly stderr?: string; readonly message?: string };
  const reason = (stderr || message || String(error)).trim().split("\n")[0];
  return new Problem(
    "failed",
    `git in ${cwd} can't show ${commit}: ${reason}. Nothing was registered. Check the commit out here, or write --author-name, --author-email and --subject.`,
  );
}
