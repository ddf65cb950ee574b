import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { repositoryContract } from "../../../ports/repository.contract.ts";
import { parseCommit } from "./commit-object.ts";
import { GitRepository } from "./git-repository.ts";
import { scratchRepository } from "./scratch-repository.fixture.ts";

repositoryContract("GitRepository", async () => {
  const { path, commit, close } = await scratchRepository();
  return { repository: new GitRepository(path), commit, close };
});

it("a commit in another encoding, signed, and without a message is read", () => {
  const parent = "a".repeat(40);
  const lines = [
    `tree ${"b".repeat(40)}`,
    `parent ${parent}`,
    "author J\xfcrgen <> 1700000000 +0000",
    "committer x <x> 1700000000 +0000",
    "gpgsig -----BEGIN PGP SIGNATURE-----",
    ` parent ${"c".repeat(40)}`,
    "encoding ISO-8859-1",
    "",
    "",
  ];
  expect(parseCommit("d".repeat(40), Buffer.from(lines.join("\n"), "latin1"))).toEqual({
    sha: "d".repeat(40),
    author: { name: "Jürgen", email: "" },
    subject: "",
    parents: [parent],
  });
});

it("a damaged branch is named, and not taken for one that was removed", async () => {
  const { path, commit, close } = await scratchRepository();
  try {
    await commit({ branch: "master", files: { a: "a" } });
    await commit({ branch: "topic", files: { a: "b" } });
    await writeFile(join(path, "refs/heads/master"), "");
    await expect(new GitRepository(path).heads()).rejects.toThrow(
      `${path}/refs/heads/master is damaged and names no commit`,
    );
  } finally {
    await close();
  }
});
