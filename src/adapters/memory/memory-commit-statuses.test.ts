import { commitStatusesContract } from "../../ports/commit-statuses.contract.ts";
import { MemoryCommitStatuses } from "./memory-commit-statuses.ts";

commitStatusesContract("MemoryCommitStatuses", async () => ({
  statuses: new MemoryCommitStatuses(),
  apps: ["rainbow", "moon"],
  close: async () => undefined,
}));
