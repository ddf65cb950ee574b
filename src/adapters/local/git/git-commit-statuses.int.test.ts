import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commitStatusesContract } from "../../../ports/commit-statuses.contract.ts";
import { openBareRepository } from "./bare-repository.ts";
import { GitCommitStatuses } from "./git-commit-statuses.ts";
import { type ScratchRepository, scratchRepository } from "./scratch-repository.fixture.ts";

commitStatusesContract("GitCommitStatuses", async () => {
  const scratch = await scratchRepository();
  const repositoryOf = (app: string) => join(scratch.directory, `${app}.git`);
  await openBareRepository(repositoryOf("moon"), "master");
  return { statuses: new GitCommitStatuses(repositoryOf), apps: ["app", "moon"], ...scratch };
});

describe("statuses in a repository", () => {
  let scratch: ScratchRepository;
  let statuses: GitCommitStatuses;
  const commit = "b".repeat(40);
  beforeEach(async () => {
    scratch = await scratchRepository();
    statuses = new GitCommitStatuses(() => scratch.path);
  });
  afterEach(() => scratch.close());

  it("a status outlives git's clearing up", async () => {
    await statuses.set("app", commit, { state: "passed", run: 1, description: "" });
    await scratch.git.run(["pack-refs", "--all"]);
    await scratch.git.run(["gc", "--quiet", "--prune=now"]);
    expect(await statuses.get("app", commit)).toMatchObject({ state: "passed", run: 1 });
  });

  it("what is no status is an error, never taken for passed", async () => {
    for (const text of [
      '{"state":"passed"}',
      "passed",
      '{"state":"ok","run":1,"description":""}',
    ]) {
      const blob = await scratch.git.text(["hash-object", "-w", "--stdin"], { stdin: text });
      await scratch.git.run(["update-ref", `refs/verdigris/status/${commit}`, blob]);
      await expect(statuses.get("app", commit)).rejects.toThrow();
    }
  });
});
