import { mkdir, realpath, rename, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Artifact } from "../../../domain/release.ts";
import type { Builder, BuildJob, BuildResult } from "../../../ports/builder.ts";
import { GitRepository } from "../git/git-repository.ts";
import { ArtifactStore } from "./artifact-store.ts";
import { limitLines } from "./bounded-lines.ts";
import { buildEnvironment } from "./build-environment.ts";
import { checkOut } from "./checkout.ts";
import { type CommandOutcome, runCommand } from "./run-command.ts";
import { isInside } from "./sealed-tree.ts";
import { WorkFolders } from "./work-folders.ts";

export interface ProcessBuilderSettings {
  /** Where builds work and artifacts are kept. */
  readonly directory: string;
  /** The path of an app's bare repository. */
  readonly repositoryOf: (app: string) => string;
  /** Of which builds see what they need and no more; the process's own when absent. */
  readonly environment?: NodeJS.ProcessEnv;
}

type Verb = "validate" | "build";

const maxLogLines = 200_000;

/**
 * Builds apps with processes of this machine. They run as the operator's user: what is pushed is
 * trusted as far as its pushers are. Nothing is thrown; whatever goes wrong is the result's reason.
 */
export class ProcessBuilder implements Builder {
  readonly #folders: WorkFolders;
  readonly #artifacts: ArtifactStore;
  readonly #settings: ProcessBuilderSettings;

  private constructor(
    settings: ProcessBuilderSettings,
    folders: WorkFolders,
    artifacts: ArtifactStore,
  ) {
    this.#settings = settings;
    this.#folders = folders;
    this.#artifacts = artifacts;
  }

  /** Removes what killed builds left. */
  static async open(settings: ProcessBuilderSettings): Promise<ProcessBuilder> {
    const directory = resolve(settings.directory);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const real = await realpath(directory);
    const folders = await WorkFolders.open(join(real, "builds"));
    return new ProcessBuilder(settings, folders, await ArtifactStore.open(real));
  }

  async validate(job: BuildJob): Promise<BuildResult> {
    return this.#attempt("validate", job, async (limited) => {
      if (job.build.validate === undefined) {
        await this.#mustExist(job);
        limited.log("[there is nothing to validate with]");
        return { ok: true };
      }
      await this.#inCheckout(limited, async (checkout) => {
        await this.#runIn(checkout, limited, job.build.command);
        await this.#runIn(checkout, limited, job.build.validate);
      });
      return { ok: true };
    });
  }

  async build(job: BuildJob): Promise<BuildResult & { readonly artifact?: Artifact }> {
    return this.#attempt("build", job, async (limited) => {
      const earlier = await this.#artifacts.find(job);
      if (earlier) {
        limited.log(`[an earlier build of this commit gave ${earlier.digest}]`);
        return { ok: true, artifact: earlier };
      }
      const artifact = await this.#inCheckout(limited, async (checkout, folder) => {
        await this.#runIn(checkout, limited, job.build.command);
        const released = await artifactFolder(checkout, job.build.artifact);
        const moved = join(folder, "artifact");
        await rename(released, moved);
        return this.#artifacts.keep(moved, job, join(folder, "link"));
      });
      return { ok: true, artifact };
    });
  }

  async #attempt<Result extends BuildResult>(
    verb: Verb,
    job: BuildJob,
    work: (limited: BuildJob) => Promise<Result>,
  ): Promise<Result | BuildResult> {
    try {
      return await work({ ...job, log: limitLines(job.log, maxLogLines) });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { ok: false, reason: `${verb} failed: ${why.trim().replaceAll(/\s*\n\s*/g, "; ")}` };
    }
  }

  /** Returns the path of the app's repository, which has the commit. */
  async #mustExist({ app, commit }: BuildJob): Promise<string> {
    const repository = this.#settings.repositoryOf(app);
    if ((await new GitRepository(repository).commit(commit)) === undefined) {
      throw new Error(`${commit} is not a commit of ${app}`);
    }
    return repository;
  }

  #inCheckout<Result>(
    job: BuildJob,
    work: (checkout: string, folder: string) => Promise<Result>,
  ): Promise<Result> {
    return this.#folders.lend(async (folder) => {
      const repository = await this.#mustExist(job);
      const checkout = join(folder, "checkout");
      await mkdir(checkout);
      await checkOut(repository, job.commit, checkout, job.log);
      return work(checkout, folder);
    }, job.log);
  }

  async #runIn(checkout: string, job: BuildJob, command: string | undefined): Promise<void> {
    if (command === undefined) return;
    job.log(`$ ${command}`);
    const outcome = await runCommand({
      command,
      directory: checkout,
      environment: buildEnvironment(this.#settings.environment ?? process.env, job.commit),
      timeoutMs: job.build.timeoutSeconds * 1000,
      signal: job.signal,
      log: job.log,
    });
    const failure = failureOf(outcome, job.build.timeoutSeconds);
    if (failure !== undefined) throw new Error(`\`${command}\` ${failure}`);
  }
}

function failureOf(outcome: CommandOutcome, timeoutSeconds: number): string | undefined {
  switch (outcome.kind) {
    case "exited":
      return outcome.code === 0 ? undefined : `exited with code ${outcome.code}`;
    case "killed":
      return `was killed by ${outcome.by}`;
    case "timed-out":
      return `took longer than ${timeoutSeconds} s and was stopped`;
    case "aborted":
      return "was stopped before it ended";
    case "not-started":
      return `could not be started: ${outcome.why}`;
  }
}

/** The real path of the folder that is released; it never lies outside the checkout. */
async function artifactFolder(checkout: string, artifact: string): Promise<string> {
  const real = await realpath(resolve(checkout, artifact)).catch(() => undefined);
  if (real === undefined) throw new Error(`the build left no folder ${artifact}`);
  if (!isInside(checkout, real)) {
    throw new Error(`the artifact ${artifact} lies outside the repository`);
  }
  if (!(await stat(real)).isDirectory()) throw new Error(`${artifact} is not a folder`);
  return real;
}
