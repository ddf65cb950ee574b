import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Git } from "../git/git.ts";

/**
 * Fills an empty folder with a commit's files. It has a `.git` of its own, which borrows the bare
 * repository's objects, so that `git rev-parse HEAD` in a build speaks of this commit and not of
 * whatever repository surrounds the folder. Submodules and Git LFS content are not fetched; the
 * log says so where a commit uses them.
 *
 * @throws GitError when the commit can't be checked out.
 */
export async function checkOut(
  repository: string,
  commit: string,
  folder: string,
  log: (line: string) => void,
): Promise<void> {
  const git = new Git(join(folder, ".git"), { GIT_WORK_TREE: folder });
  await git.run(["init", "--quiet", "--template=", "--object-format=sha1"]);
  await mkdir(join(folder, ".git/objects/info"), { recursive: true });
  const objects = resolve(repository, "objects");
  await writeFile(join(folder, ".git/objects/info/alternates"), `${objects}\n`);
  await git.run(["checkout", "--quiet", "--detach", commit]);
  if ((await textOf(join(folder, ".gitmodules"))) !== "") {
    log("[submodules are not fetched: their folders are empty in this build]");
  }
  if (/\bfilter=lfs\b/.test(await textOf(join(folder, ".gitattributes")))) {
    log("[files in Git LFS are not fetched: they hold pointers in this build]");
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return "";
  }
}
