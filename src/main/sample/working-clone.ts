import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { cp, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { lendCompiler } from "./lend-compiler.ts";

const run = promisify(execFile);

export interface Pushed {
  readonly accepted: boolean;
  /** What git and the repository's hooks wrote to the pusher's terminal. */
  readonly said: string;
}

/** A developer's clone of the sample app. */
export class WorkingClone {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** The clone in this folder; made from the sample app when there is none. */
  static async open(
    directory: string,
    timing: { readonly ttl: string; readonly drain: string },
  ): Promise<WorkingClone> {
    const clone = new WorkingClone(directory);
    if (existsSync(join(directory, ".git"))) return clone;
    await cp(sampleFolder(), directory, {
      recursive: true,
      filter: (path) => !/[/\\](dist|node_modules)$/.test(path),
    });
    const configuration = join(directory, "verdigris.yaml");
    const text = await readFile(configuration, "utf8");
    await writeFile(
      configuration,
      text
        .replaceAll("ttl: 60s", `ttl: ${timing.ttl}`)
        .replace("drain: 2m", `drain: ${timing.drain}`),
    );
    await lendCompiler(dirname(directory));
    await clone.git("init", "--quiet", "--initial-branch=master");
    await clone.git("config", "user.name", "Sample Developer");
    await clone.git("config", "user.email", "developer@rainbow.test");
    return clone;
  }

  configuration(): Promise<string> {
    return readFile(join(this.directory, "verdigris.yaml"), "utf8");
  }

  async connect(repository: string): Promise<void> {
    const remotes = await this.git("remote");
    if (!remotes.split("\n").includes("origin")) {
      await this.git("remote", "add", "origin", repository);
    }
  }

  /** A branch from where master is, with one commit that makes the app say this version. */
  async commitVersion(branch: string, version: string): Promise<string> {
    await this.git("checkout", "--quiet", "-B", branch);
    const file = join(this.directory, "src", "version.ts");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(/version = "[^"]*"/, `version = "${version}"`));
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "--allow-empty", "-m", `Release version ${version}`);
    return (await this.git("rev-parse", "HEAD")).trim();
  }

  async pullMaster(): Promise<void> {
    await this.git("fetch", "--quiet", "origin", "master");
    await this.git("checkout", "--quiet", "-B", "master", "FETCH_HEAD");
  }

  async push(refspec: string): Promise<Pushed> {
    try {
      const { stderr } = await run("git", ["push", "origin", refspec], this.#options());
      return { accepted: true, said: stderr };
    } catch (error) {
      const { stderr } = error as { stderr?: string };
      if (stderr === undefined) throw error;
      return { accepted: false, said: stderr };
    }
  }

  async git(...words: readonly string[]): Promise<string> {
    const { stdout } = await run("git", [...words], this.#options());
    return stdout;
  }

  #options() {
    const { GIT_DIR: _, GIT_WORK_TREE: __, ...env } = process.env;
    return { cwd: this.directory, env, timeout: 60_000, maxBuffer: 16 * 1024 * 1024 };
  }
}

/** The sample app lies beside the folder of the built command. */
function sampleFolder(): string {
  const built = dirname(realpathSync(process.argv[1] ?? "."));
  return join(built, "..", "examples", "rainbow");
}
