import { createHash } from "node:crypto";
import { mkdir, readlink, rename, stat, symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Artifact } from "../../../domain/release.ts";
import type { BuildJob } from "../../../ports/builder.ts";
import { sealTree, syncFolder } from "./sealed-tree.ts";

/**
 * Artifacts by the digest of their content, `artifacts/<64 digits>`, and which artifact a build
 * gave, `built/<key>`: a symbolic link, which is made and read in one step. An artifact appears by
 * one rename, complete or not at all.
 */
export class ArtifactStore {
  readonly #artifacts: string;
  readonly #built: string;

  private constructor(artifacts: string, built: string) {
    this.#artifacts = artifacts;
    this.#built = built;
  }

  static async open(directory: string): Promise<ArtifactStore> {
    const [artifacts, built] = [join(directory, "artifacts"), join(directory, "built")];
    await mkdir(artifacts, { recursive: true, mode: 0o700 });
    await mkdir(built, { recursive: true, mode: 0o700 });
    return new ArtifactStore(artifacts, built);
  }

  /** What an earlier build of the same commit with the same settings gave, if it is still there. */
  async find(job: BuildJob): Promise<Artifact | undefined> {
    const target = await readlink(this.#linkOf(job)).catch(() => undefined);
    if (target === undefined) return undefined;
    const location = join(this.#artifacts, basename(target));
    const kept = await stat(location).catch(() => undefined);
    return kept?.isDirectory() ? { digest: `sha256:${basename(target)}`, location } : undefined;
  }

  /**
   * Takes a folder over. Where the store has equal content already, that stays.
   *
   * @param folder A real path in the store's own file system.
   * @param job What it was built for.
   * @param spare A path beside the folder that is free.
   * @throws Error when the folder can't be released as it is.
   */
  async keep(folder: string, job: BuildJob, spare: string): Promise<Artifact> {
    const digest = await sealTree(folder);
    const name = digest.slice("sha256:".length);
    const location = join(this.#artifacts, name);
    await rename(folder, location).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
    await syncFolder(this.#artifacts);
    await symlink(join("..", "artifacts", name), spare);
    await rename(spare, this.#linkOf(job));
    return { digest, location };
  }

  #linkOf({ app, commit, build }: BuildJob): string {
    const key = JSON.stringify([app, commit, build.command ?? null, build.artifact]);
    return join(this.#built, createHash("sha256").update(key).digest("hex"));
  }
}
