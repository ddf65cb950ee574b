import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ZoneState } from "./zone-state.ts";
import { ZoneStore } from "./zone-store.ts";

test("every state is on disk before it is published, and published before the change resolves", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dns-store-"));
  try {
    const file = join(folder, "zones.json");
    const published: ZoneState[] = [];
    const savedChanges: number[] = [];
    const store = await ZoneStore.open(file, (state) => {
      published.push(state);
      if (published.length > 1) {
        savedChanges.push(JSON.parse(readFileSync(file, "utf8")).acceptedChanges.length);
      }
    });
    await store.ensureZone("rainbow.test", 1);
    await store.ensureZone("rainbow.test", 2);
    await store.apply({
      remove: [],
      add: [{ name: "rainbow.test", type: "A", ttlSeconds: 60, values: ["127.0.1.1"] }],
    });
    expect(published.map(({ records }) => records.size)).toEqual([0, 0, 1]);
    expect(savedChanges).toEqual([0, 1]);
    await store.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});
