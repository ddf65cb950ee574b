import type { Git } from "./git.ts";

/** What git makes of two commits without help. */
export type MergedTree =
  | { readonly kind: "clean"; readonly tree: string }
  | { readonly kind: "conflicts"; readonly files: readonly string[] };

/** Merges in the object store alone, without a work tree (git-merge-tree(1)); the commits share an ancestor. */
export async function mergeTrees(git: Git, ours: string, theirs: string): Promise<MergedTree> {
  const args = ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", ours, theirs];
  const { exitCode, stdout } = await git.run(args, { answers: [0, 1] });
  const [tree = "", ...files] = stdout.toString().split("\0");
  return exitCode === 0
    ? { kind: "clean", tree }
    : { kind: "conflicts", files: files.filter((file) => file !== "") };
}

export async function isAncestor(git: Git, ancestor: string, commit: string): Promise<boolean> {
  const args = ["merge-base", "--is-ancestor", ancestor, commit];
  return (await git.run(args, { answers: [0, 1] })).exitCode === 0;
}

export async function shareHistory(git: Git, one: string, other: string): Promise<boolean> {
  return (await git.run(["merge-base", one, other], { answers: [0, 1] })).exitCode === 0;
}
