import { createHash } from "node:crypto";
import type { Artifact } from "../../domain/release.ts";
import type { Builder, BuildJob, BuildResult } from "../../ports/builder.ts";
import type { MemoryRepository } from "./memory-repository.ts";

/**
 * A builder for tests and simulations that starts no process. It knows the commands `echo <text>`,
 * `exit <code>` and `sleep`, which lasts until the job is stopped; every other one succeeds.
 */
export class MemoryBuilder implements Builder {
  readonly #repositoryOf: (app: string) => MemoryRepository | undefined;

  constructor(repositoryOf: (app: string) => MemoryRepository | undefined) {
    this.#repositoryOf = repositoryOf;
  }

  async validate(job: BuildJob): Promise<BuildResult> {
    const why =
      this.#unknown(job) ??
      (await run(job, job.build.command)) ??
      (await run(job, job.build.validate));
    return why === undefined ? { ok: true } : { ok: false, reason: `validate failed: ${why}` };
  }

  async build(job: BuildJob): Promise<BuildResult & { readonly artifact?: Artifact }> {
    const why = this.#unknown(job) ?? (await run(job, job.build.command));
    if (why !== undefined) return { ok: false, reason: `build failed: ${why}` };
    const files = this.#released(job);
    if (files.length === 0) {
      return { ok: false, reason: `build failed: the build left no folder ${job.build.artifact}` };
    }
    const hash = createHash("sha256").update(JSON.stringify(files)).digest("hex");
    return { ok: true, artifact: { digest: `sha256:${hash}`, location: `memory:${hash}` } };
  }

  #unknown({ app, commit }: BuildJob): string | undefined {
    const isKnown = this.#repositoryOf(app)?.filesAt(commit) !== undefined;
    return isKnown ? undefined : `${commit} is not a commit of ${app}`;
  }

  /** Paths below the artifact's folder, and their texts. */
  #released({ app, commit, build }: BuildJob): readonly (readonly [string, string])[] {
    const folder = build.artifact === "." ? "" : `${build.artifact}/`;
    return Object.entries(this.#repositoryOf(app)?.filesAt(commit) ?? {})
      .filter(([path]) => path.startsWith(folder))
      .map(([path, text]) => [path.slice(folder.length), text] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** Why the command failed, if it did. */
async function run(job: BuildJob, command: string | undefined): Promise<string | undefined> {
  if (command === undefined) return undefined;
  if (job.signal.aborted) return `\`${command}\` was stopped before it ended`;
  const [, verb, rest = ""] = /^(\w+) ?(.*)$/.exec(command) ?? [];
  if (verb === "echo") job.log(rest);
  if (verb === "exit" && Number(rest) !== 0) return `\`${command}\` exited with code ${rest}`;
  if (verb !== "sleep") return undefined;
  await new Promise((resolve) => job.signal.addEventListener("abort", resolve, { once: true }));
  return `\`${command}\` was stopped before it ended`;
}
