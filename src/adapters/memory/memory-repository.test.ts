import { expect, it } from "vitest";
import { repositoryContract } from "../../ports/repository.contract.ts";
import { MemoryRepository } from "./memory-repository.ts";

repositoryContract("MemoryRepository", async () => {
  const repository = new MemoryRepository();
  return {
    repository,
    commit: async (commit) => repository.add({ parents: [], ...commit }),
    close: async () => undefined,
  };
});

it("a branch of a MemoryRepository grows, moves and goes", async () => {
  const repository = new MemoryRepository();
  const first = repository.add({ branch: "master", files: {} });
  const second = repository.add({ branch: "master", files: {} });
  expect((await repository.commit(second))?.parents).toEqual([first]);
  repository.point("master", first);
  expect(await repository.heads()).toEqual([{ branch: "master", commit: first }]);
  repository.deleteBranch("master");
  expect(await repository.heads()).toEqual([]);
});
