import { expect, it } from "vitest";
import { commitStatusesContract } from "../../ports/commit-statuses.contract.ts";
import type { CommitStatus } from "../../ports/commit-statuses.ts";
import { MemoryCommitStatuses } from "../memory/memory-commit-statuses.ts";
import { AlsoOnGitHub } from "./also-on-github.ts";

const COMMIT = "a".repeat(40);
const STATUS: CommitStatus = { state: "passed", run: 7, description: "12 tests" };
const ignored = () => undefined;

commitStatusesContract("AlsoOnGitHub", async () => ({
  statuses: new AlsoOnGitHub(new MemoryCommitStatuses(), new MemoryCommitStatuses(), ignored),
  apps: ["rainbow", "moon"],
  close: async () => undefined,
}));

it("shows on GitHub what is kept", async () => {
  const [kept, shown] = [new MemoryCommitStatuses(), new MemoryCommitStatuses()];
  await new AlsoOnGitHub(kept, shown, ignored).set("rainbow", COMMIT, STATUS);
  expect(await kept.get("rainbow", COMMIT)).toEqual(STATUS);
  expect(await shown.get("rainbow", COMMIT)).toEqual(STATUS);
});

it("keeps a status that GitHub doesn't take, and tells why it isn't there", async () => {
  const told: unknown[] = [];
  const away = {
    set: () => Promise.reject(new Error("GitHub is away")),
    get: () => Promise.reject(new Error("GitHub is away")),
  };
  const kept = new MemoryCommitStatuses();
  const statuses = new AlsoOnGitHub(kept, away, (app, error) => told.push(app, error));
  await statuses.set("rainbow", COMMIT, STATUS);
  expect(await statuses.get("rainbow", COMMIT)).toEqual(STATUS);
  expect(told).toEqual(["rainbow", new Error("GitHub is away")]);
});
