import { expect, it } from "vitest";
import { MemoryEventStore } from "../adapters/memory/memory-event-store.ts";
import { exampleBatch } from "../ports/event-store.contract.ts";
import { TableFault } from "../ports/event-store.ts";
import { WatchedTable } from "./watched-table.ts";

/** Can be read all the time, and written while it isn't full. */
class FillingStore extends MemoryEventStore {
  isFull = false;

  override append(batch: ReturnType<typeof exampleBatch>) {
    if (this.isFull) return Promise.reject(new TableFault("the disk is full"));
    return super.append(batch as never);
  }

  override project(...args: Parameters<MemoryEventStore["project"]>) {
    if (this.isFull) return Promise.reject(new TableFault("the disk is full"));
    return super.project(...args);
  }
}

const stream = "env#rainbow/production";

it("a table that has refused a write is not ready until it takes one again", async () => {
  const store = new FillingStore();
  const table = new WatchedTable(store);
  store.isFull = true;
  expect(await table.check()).toEqual({ ok: true });
  await expect(table.append(exampleBatch(stream, 1))).rejects.toThrow("the disk is full");
  expect(await table.check()).toEqual({ ok: false, reason: "the disk is full" });
  expect(await table.check()).toEqual({ ok: false, reason: "the disk is full" });
  store.isFull = false;
  expect(await table.check()).toEqual({ ok: true });
  expect(await table.list({ prefix: "probe#", limit: 1 })).toEqual([]);
});

it("a batch that the table can't hold says nothing about its health", async () => {
  const store = new FillingStore();
  const table = new WatchedTable(store);
  await table.append(exampleBatch(stream, 1));
  await expect(table.append(exampleBatch(stream, 7))).rejects.toThrow("revision 1");
  store.isFull = true;
  expect(await table.check()).toEqual({ ok: true });
});
