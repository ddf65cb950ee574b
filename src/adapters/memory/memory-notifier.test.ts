import { notifierContract } from "../../ports/notifier.contract.ts";
import { MemoryNotifier } from "./memory-notifier.ts";

notifierContract("MemoryNotifier", async () => ({
  notifier: new MemoryNotifier(),
  apps: ["rainbow", "moon"],
  commits: ["a".repeat(40), "b".repeat(40)],
  close: async () => undefined,
}));
