import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Repository } from "./repository.ts";

export interface OpenedRepository {
  readonly repository: Repository;
  /** Makes the commit and points its branch to it. */
  commit(commit: ExampleCommit): Promise<string>;
  close(): Promise<void>;
}

export interface ExampleCommit {
  readonly branch: string;
  /** All files of the commit, by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly parents?: readonly string[];
  readonly message?: string;
  readonly author?: { readonly name: string; readonly email: string };
}

/** What every repository must do; `open` makes an empty one for each case. */
export function repositoryContract(name: string, open: () => Promise<OpenedRepository>): void {
  const files = { "verdigris.yaml": "app: rainbow\n" };

  describe(`${name} as a repository`, () => {
    let opened: OpenedRepository;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it("has no heads while it is empty", async () => {
      expect(await opened.repository.heads()).toEqual([]);
    });

    it("names every branch and its commit, however the branch is spelled", async () => {
      const branches = ["master", "feature/ünï-#1", "a'b\"c$(d)", "-x"];
      const expected = [];
      for (const branch of branches) {
        const message = `on ${branch}`;
        expected.push({ branch, commit: await opened.commit({ branch, files, message }) });
      }
      const heads = await opened.repository.heads();
      expect(heads).toHaveLength(expected.length);
      expect(heads).toEqual(expect.arrayContaining(expected));
    });

    it("follows a branch that moved", async () => {
      const first = await opened.commit({ branch: "master", files });
      const second = await opened.commit({ branch: "master", files: {}, parents: [first] });
      expect(await opened.repository.heads()).toEqual([{ branch: "master", commit: second }]);
    });

    it("tells a commit's author, first line and parents", async () => {
      const author = { name: "Ada Lövelace", email: "ada@example.com" };
      const message = "Say good morning\n\nparent 0000000000000000000000000000000000000000\n";
      const one = await opened.commit({ branch: "one", files, message: "one" });
      const two = await opened.commit({ branch: "two", files, message: "two" });
      const parents = [two, one];
      const sha = await opened.commit({ branch: "one", files, message, author, parents });
      expect(await opened.repository.commit(sha)).toEqual({
        sha,
        author,
        subject: "Say good morning",
        parents,
      });
    });

    it("knows no commit by a name that is not a whole commit id", async () => {
      const sha = await opened.commit({ branch: "master", files });
      const names = ["0".repeat(40), sha.slice(0, 10), "master", "HEAD", "--all", "", `${sha}^{}`];
      for (const other of names) {
        expect(await opened.repository.commit(other)).toBeUndefined();
        expect(await opened.repository.file(other, "verdigris.yaml")).toBeUndefined();
      }
    });

    it("reads a file as it was at the commit, not as it is now", async () => {
      const [path, text] = ["docs/größe.txt", "ä line\nwithout an end"];
      const before = await opened.commit({ branch: "master", files: { [path]: text } });
      const after = await opened.commit({ branch: "master", files: { [path]: "" } });
      expect(await opened.repository.file(before, path)).toBe(text);
      expect(await opened.repository.file(after, path)).toBe("");
    });

    it("finds no file where there is none, or where the path is not plain", async () => {
      const sha = await opened.commit({ branch: "master", files: { "docs/a.txt": "a" } });
      const paths = [
        "b.txt",
        "docs",
        "docs/",
        "",
        "/docs/a.txt",
        "./docs/a.txt",
        "x/../docs/a.txt",
      ];
      for (const path of [...paths, "docs/a.txt\n", `docs/a.txt\n${sha}:docs/a.txt`]) {
        expect(await opened.repository.file(sha, path)).toBeUndefined();
      }
    });
  });
}
