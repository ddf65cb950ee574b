import { describe, expect, it } from "vitest";
import { by, memoryEngine } from "../../../test/support/engine.ts";
import { MemoryEventStore } from "../../adapters/memory/memory-event-store.ts";
import type { Role } from "../../domain/keys.ts";
import { isRefusal } from "../../domain/refusal.ts";
import type { RunningOperator } from "../create-operator.ts";
import { KEYS_STREAM } from "../streams.ts";
import { KEYS_FRESH_MS } from "./known-keys.ts";
import { LAST_USE_WRITTEN_EVERY_MS } from "./last-uses.ts";

/** A table that counts what keys cost, and can be made to answer no more. */
class WatchedStore extends MemoryEventStore {
  reads = 0;
  usesWritten = 0;
  broken = false;
  /** While set, answers to reads of keys wait for it. */
  held: Promise<void> | undefined;

  override async read<Event>(stream: string, after: number) {
    if (stream !== KEYS_STREAM) return super.read<Event>(stream, after);
    if (this.broken) throw new Error("the table does not answer");
    this.reads += 1;
    const { held } = this;
    const batches = await super.read<Event>(stream, after);
    await held;
    return batches;
  }

  override async project(...[stream, projection]: Parameters<MemoryEventStore["project"]>) {
    if (stream.startsWith("key-use#")) {
      if (this.broken) throw new Error("the table does not answer");
      this.usesWritten += 1;
    }
    return super.project(stream, projection);
  }
}

function world() {
  const store = new WatchedStore();
  const engine = memoryEngine({ store });
  return { store, engine, here: engine.operator(), there: engine.operator() };
}

async function issue(operator: RunningOperator, role: Role = "viewer", name = "ben") {
  const issued = await operator.keys.issue(name, role, by("admin"));
  if (isRefusal(issued)) throw new Error(issued.message);
  return { key: issued.key, id: issued.record.id };
}

async function lastUse(operator: RunningOperator, id: string) {
  return (await operator.keys.list()).find((one) => one.id === id)?.lastUsedAt;
}

describe("a key", () => {
  it("is kept as a hash alone", async () => {
    const { store, here } = world();
    const { key } = await issue(here);
    const kept = [await store.read(KEYS_STREAM, 0), await store.projection(KEYS_STREAM)];
    expect(JSON.stringify(kept)).toContain("hash");
    expect(JSON.stringify(kept)).not.toContain(key.slice(3));
  });

  it("is compared with every key, wherever the right one stands", async () => {
    const engine = memoryEngine();
    const compared: string[] = [];
    const sameHash = engine.host.sameHash;
    Object.assign(engine.host, {
      sameHash: (one: string, other: string) => {
        compared.push(one);
        return sameHash(one, other);
      },
    });
    const operator = engine.operator();
    const first = await issue(operator);
    await issue(operator);
    await operator.keys.authenticate(first.key);
    expect(compared).toHaveLength(2);
  });

  it("costs no read of the table while it is known and the last look is fresh", async () => {
    const { store, engine, here } = world();
    const { key } = await issue(here);
    await here.keys.authenticate(key);
    const before = store.reads;
    for (let i = 0; i < 100; i++) expect(await here.keys.authenticate(key)).toBeDefined();
    expect(store.reads).toBe(before);
    await engine.clock.advance(KEYS_FRESH_MS);
    await Promise.all(Array.from({ length: 100 }, () => here.keys.authenticate(key)));
    expect(store.reads - before).toBeLessThanOrEqual(2);
  });

  it("that is revoked here ends at once, and elsewhere within the bound and not later", async () => {
    const { engine, here, there } = world();
    const { key, id } = await issue(here);
    expect(await there.keys.authenticate(key)).toBeDefined();
    await engine.clock.advance(1);
    await here.keys.revoke(id, by("admin"));
    expect(await here.keys.authenticate(key)).toBeUndefined();
    expect(await here.keys.isGood(id)).toBe(false);
    await engine.clock.advance(KEYS_FRESH_MS - 1);
    expect(await there.keys.authenticate(key)).toBeUndefined();
    expect(await there.keys.isGood(id)).toBe(false);
  });

  it("that is revoked elsewhere ends too when the clock was set back", async () => {
    const { engine, here, there } = world();
    const { key, id } = await issue(here);
    expect(await there.keys.authenticate(key)).toBeDefined();
    await here.keys.revoke(id, by("admin"));
    engine.clock.jump(-3_600_000);
    await engine.clock.advance(KEYS_FRESH_MS);
    expect(await there.keys.authenticate(key)).toBeUndefined();
  });

  it("that another operator has just issued works at once", async () => {
    const { here, there } = world();
    const known = await issue(here);
    expect(await there.keys.authenticate(known.key)).toBeDefined();
    const { key } = await issue(here);
    expect(await there.keys.authenticate(key, { lookUpUnknown: false })).toBeUndefined();
    expect(await there.keys.authenticate(key)).toBeDefined();
  });

  it("that is not known costs shared reads, however many ask at once", async () => {
    const { store, here } = world();
    await issue(here);
    await here.keys.list();
    const before = store.reads;
    await Promise.all(
      Array.from({ length: 200 }, (_, i) => here.keys.authenticate(`vg_guess-${i}`)),
    );
    expect(store.reads - before).toBeLessThanOrEqual(4);
  });

  it("issued while a read is under way is found by a read that begins after it", async () => {
    const { store, engine, here, there } = world();
    const known = await issue(here);
    await there.keys.authenticate(known.key);
    await engine.clock.advance(1);
    let release = () => undefined as unknown;
    store.held = new Promise((resolve) => {
      release = () => resolve();
    });
    const early = there.keys.authenticate("vg_guess");
    await engine.clock.advance(0);
    store.held = undefined;
    const { key } = await issue(here);
    const asked = there.keys.authenticate(key);
    release();
    expect(await early).toBeUndefined();
    expect(await asked).toBeDefined();
  });

  it("lets nobody in on what is too old while the table does not answer", async () => {
    const { store, engine, here } = world();
    const { key } = await issue(here);
    await here.keys.authenticate(key);
    store.broken = true;
    await engine.clock.advance(KEYS_FRESH_MS);
    await expect(here.keys.authenticate(key)).rejects.toThrow("does not answer");
    store.broken = false;
    expect(await here.keys.authenticate(key)).toBeDefined();
  });

  it("asked for twice under one command id is issued once", async () => {
    const { here } = world();
    const meta = by("admin", { id: "the-same" });
    expect(isRefusal(await here.keys.issue("ben", "viewer", meta))).toBe(false);
    const again = await here.keys.issue("ben", "viewer", meta);
    expect(again).toMatchObject({
      code: "command_id_reused",
      message: expect.stringContaining("shown only once"),
    });
    expect(await here.keys.list()).toHaveLength(1);
  });
});

describe("the last use of a key", () => {
  it("is known at once where it was used, and by other operators", async () => {
    const { engine, here, there } = world();
    const { key, id } = await issue(here);
    expect(await lastUse(here, id)).toBeUndefined();
    await here.keys.authenticate(key);
    const used = engine.clock.now();
    expect(await lastUse(here, id)).toBe(used);
    expect(await lastUse(there, id)).toBe(used);
  });

  it("is written once in five minutes, and is no decision", async () => {
    const { store, engine, here } = world();
    const { key, id } = await issue(here);
    for (let i = 0; i < 100; i++) await here.keys.authenticate(key);
    await engine.clock.advance(LAST_USE_WRITTEN_EVERY_MS - 1);
    await here.keys.authenticate(key);
    expect(store.usesWritten).toBe(1);
    expect(await lastUse(here, id)).toBe(engine.clock.now());
    await engine.clock.advance(1);
    await here.keys.authenticate(key);
    expect(store.usesWritten).toBe(2);
    expect(await store.read(KEYS_STREAM, 0)).toHaveLength(1);
    expect(await store.list({ prefix: "key-use#", limit: 10 })).toEqual([]);
  });

  it("is not lost when the operator stops", async () => {
    const { engine, here, there } = world();
    const { key, id } = await issue(here);
    await here.keys.authenticate(key);
    await engine.clock.advance(1_000);
    await here.keys.authenticate(key);
    await here.stop();
    expect(await lastUse(there, id)).toBe(engine.clock.now());
  });

  it("is the latest of what several operators saw", async () => {
    const { engine, here, there } = world();
    const { key, id } = await issue(here);
    await here.keys.authenticate(key);
    await engine.clock.advance(1_000);
    await there.keys.authenticate(key);
    const latest = engine.clock.now();
    await engine.clock.advance(1_000);
    await here.stop();
    expect(await lastUse(engine.operator(), id)).toBe(latest);
  });

  it("is never in the way: a table that can't take it is only logged", async () => {
    const { store, engine, here } = world();
    const { key } = await issue(here);
    await here.keys.list();
    await here.keys.authenticate("vg_guess");
    store.broken = true;
    expect(await here.keys.authenticate(key)).toBeDefined();
    await engine.clock.advance(0);
    expect(engine.logged.join()).toContain("last use of key");
    expect(engine.logged.join()).not.toContain(key);
  });
});
