import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventStoreContract } from "../../ports/event-store.contract.ts";
import { SqliteEventStore } from "./sqlite-event-store.ts";

eventStoreContract("SqliteEventStore", async () => {
  const folder = await mkdtemp(join(tmpdir(), "verdigris-sqlite-"));
  const path = join(folder, "state.db");
  const handles: SqliteEventStore[] = [];
  const another = async () => {
    const store = await SqliteEventStore.open(path);
    handles.push(store);
    return store;
  };
  return {
    store: await another(),
    another,
    close: async () => {
      for (const handle of handles) handle.close();
      await rm(folder, { recursive: true });
    },
  };
});
