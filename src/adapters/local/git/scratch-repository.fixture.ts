import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExampleCommit } from "../../../ports/repository.contract.ts";
import { openBareRepository } from "./bare-repository.ts";
import { Git } from "./git.ts";

/** A bare repository in a folder of its own, for tests. */
export interface ScratchRepository {
  /** Holds the repository; a test may put other things beside it. */
  readonly directory: string;
  readonly path: string;
  readonly git: Git;
  /** Writes the commit and points its branch to it, past every hook. */
  commit(commit: ExampleCommit): Promise<string>;
  close(): Promise<void>;
}

export async function scratchRepository(): Promise<ScratchRepository> {
  const directory = await mkdtemp(join(tmpdir(), "verdigris-git-"));
  const path = join(directory, "app.git");
  await openBareRepository(path, "master");
  const git = new Git(path);
  return {
    directory,
    path,
    git,
    commit: async (commit) => {
      await git.run(["fast-import", "--quiet", "--force"], { stdin: importStream(commit) });
      return git.text(["rev-parse", `refs/heads/${commit.branch}`]);
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

/** git-fast-import(1), "INPUT FORMAT". */
function importStream(commit: ExampleCommit): string {
  const { name, email } = commit.author ?? { name: "Ada", email: "ada@example.com" };
  const [first, ...others] = commit.parents ?? [];
  return [
    `commit refs/heads/${commit.branch}`,
    `author ${name} <${email}> 1700000000 +0000`,
    "committer Verdigris <verdigris@example.com> 1700000000 +0000",
    dataOf(commit.message ?? "A change"),
    ...(first === undefined ? [] : [`from ${first}`]),
    ...others.map((parent) => `merge ${parent}`),
    "deleteall",
    ...Object.entries(commit.files).flatMap(([path, text]) => [
      `M 100644 inline ${path}`,
      dataOf(text),
    ]),
    "",
  ].join("\n");
}

function dataOf(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}
