import { eventStoreContract } from "../../ports/event-store.contract.ts";
import { MemoryEventStore } from "./memory-event-store.ts";

eventStoreContract("MemoryEventStore", async () => {
  const store = new MemoryEventStore();
  return { store, another: async () => store, close: async () => undefined };
});
