import { logStoreContract } from "../../ports/log-store.contract.ts";
import { MemoryLogStore } from "./memory-log-store.ts";

logStoreContract("MemoryLogStore", async () => ({
  logs: new MemoryLogStore(),
  close: async () => undefined,
}));
