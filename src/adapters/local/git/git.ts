import { execFile } from "node:child_process";

/** A git command that ended as its caller did not expect. */
export class GitError extends Error {
  readonly exitCode: number | undefined;
  readonly stderr: string;

  constructor(message: string, exitCode: number | undefined, stderr: string) {
    super(message);
    this.name = "GitError";
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

export interface GitCall {
  readonly stdin?: string;
  /** Added to the cleared environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Exit codes that are answers, not failures; 0 alone when absent. */
  readonly answers?: readonly number[];
}

export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const timeoutMs = 60_000;
const maxOutputBytes = 16 * 1024 * 1024;

/**
 * The `git` binary on one git directory. No shell, no prompt, and neither the caller's nor the
 * machine's git settings: only the repository's own configuration counts. Naming the git directory
 * also spares git's search for it, and with that its check of who owns the folder
 * (git-config(1), `safe.directory`).
 *
 * Callers pass whatever came from outside in stdin, or behind a prefix such as `refs/heads/`, or
 * as a checked commit id; so none of it can be read as an option.
 */
export class Git {
  readonly directory: string;
  readonly #environment: NodeJS.ProcessEnv;

  /** @param environment `GIT_*` variables that git must see, such as a hook's quarantine. */
  constructor(directory: string, environment: Readonly<Record<string, string>> = {}) {
    this.directory = directory;
    this.#environment = { ...clearedEnvironment(), ...environment };
  }

  /** @throws GitError when git can't be started, takes too long, prints too much or fails. */
  run(args: readonly string[], call: GitCall = {}): Promise<GitAnswer> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        "git",
        [`--git-dir=${this.directory}`, ...args],
        {
          encoding: "buffer",
          env: { ...this.#environment, ...call.environment },
          timeout: timeoutMs,
          maxBuffer: maxOutputBytes,
        },
        (error, stdout, stderr) => {
          const exitCode = error === null ? 0 : error.code;
          if (typeof exitCode === "number" && (call.answers ?? [0]).includes(exitCode)) {
            resolve({ exitCode, stdout, stderr: stderr.toString() });
          } else {
            reject(this.#failure(args, error, stderr.toString()));
          }
        },
      );
      // A command that ends before it has read all of its input: its exit code tells why.
      child.stdin?.on("error", () => undefined);
      child.stdin?.end(call.stdin ?? "");
    });
  }

  /** What the command printed, without the last line end. */
  async text(args: readonly string[], call: GitCall = {}): Promise<string> {
    return (await this.run(args, call)).stdout.toString().replace(/\n$/, "");
  }

  #failure(
    args: readonly string[],
    error: (Error & { code?: unknown; killed?: boolean }) | null,
    stderr: string,
  ): GitError {
    const command = `git ${args[0]} in ${this.directory}`;
    if (error?.code === "ENOENT") {
      return new GitError("git was not found: install git 2.38 or newer", undefined, stderr);
    }
    if (typeof error?.code !== "number") {
      const how = error?.killed ? `took longer than ${timeoutMs / 1000} s` : error?.message;
      return new GitError(`${command} was stopped: ${how}`, undefined, stderr);
    }
    const why = stderr.trim() || "it gave no reason";
    return new GitError(
      `${command} failed with exit code ${error.code}: ${why}`,
      error.code,
      stderr,
    );
  }
}

/** 40 hexadecimal digits, as git prints them. */
export function isCommitId(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

function clearedEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(HOME === undefined ? {} : { HOME }),
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
  };
}
