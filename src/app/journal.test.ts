import { describe, expect, it } from "vitest";
import {
  by,
  deployed,
  done,
  execute,
  memoryEngine,
  refusal,
  release,
  started,
  stateOf,
} from "../../test/support/engine.ts";
import { MemoryEventStore } from "../adapters/memory/memory-event-store.ts";
import type { Batch, StreamName } from "../domain/batch.ts";
import { REMEMBERED_COMMANDS } from "../domain/batch.ts";
import { madeAt } from "../domain/command-age.ts";
import type { Appended } from "../ports/event-store.ts";

/** Counts calls, so that a test can tell what a command costs. */
class CountingStore extends MemoryEventStore {
  reads: StreamName[] = [];
  appends: StreamName[] = [];

  override append<Event>(batch: Batch<Event>): Promise<Appended> {
    this.appends.push(batch.stream);
    return super.append(batch);
  }

  override read<Event>(stream: StreamName, after: number): Promise<readonly Batch<Event>[]> {
    this.reads.push(stream);
    return super.read(stream, after);
  }
}

describe("a command", () => {
  it("on a log that nobody else wrote to costs one write and no read", async () => {
    const store = new CountingStore();
    const engine = memoryEngine({ store });
    const operator = await started(engine);
    await operator.stop();
    store.reads = [];
    store.appends = [];
    await done(execute(operator, { type: "freeze", meta: by("ben") }));
    expect(store.appends).toEqual(["env#rainbow/production"]);
    expect(store.reads).toEqual([]);
  });

  it("is never refused because of what this process didn't know yet", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    const other = engine.operator();
    await stateOf(other);
    await deployed(engine, operator, "a");
    await done(execute(other, { type: "request-flip", meta: by("cleo") }));
    await operator.stop();
  });

  it("repeated long after returns its first outcome, whatever has been decided since", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await operator.stop();
    const meta = by("ben", { id: "the-first", reason: "once" });
    const first = await done(execute(operator, { type: "freeze", meta }));
    for (let n = 0; n < REMEMBERED_COMMANDS; n++) {
      const type = n % 2 === 0 ? "unfreeze" : "freeze";
      await done(execute(operator, { type, meta: by("ben") }));
    }
    const before = await stateOf(operator);
    expect(before.commands.some(({ id }) => id === "the-first")).toBe(false);
    const again = await done(execute(operator, { type: "freeze", meta }));
    expect(again).toMatchObject({ repeated: true, revision: first.revision });
    expect((await stateOf(operator)).revision).toBe(before.revision);
  });

  it("whose id tells that it is new isn't looked for in the whole log", async () => {
    const store = new CountingStore();
    const engine = memoryEngine({ store });
    const operator = await started(engine);
    await operator.stop();
    for (let n = 0; n <= REMEMBERED_COMMANDS; n++) {
      const type = n % 2 === 0 ? "freeze" : "unfreeze";
      await done(execute(operator, { type, meta: by("ben") }));
    }
    store.reads = [];
    const id = "cli-ffffffff-ffff-7000-8000-000000000000";
    await done(execute(operator, { type: "unfreeze", meta: by("ben", { id }) }));
    expect(store.reads).toEqual([]);
  });

  it("under an id that another command had is refused", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    const meta = by("ben");
    await done(execute(operator, { type: "freeze", meta }));
    const reused = await refusal(
      execute(operator, { type: "deploy", release: release("a"), meta }),
    );
    expect(reused.code).toBe("command_id_reused");
    await operator.stop();
  });

  it("is begun from the stored state by a process that starts later", async () => {
    const engine = memoryEngine();
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    await operator.stop();
    expect(await stateOf(engine.operator())).toEqual(await stateOf(operator));
  });
});

describe("the age of a command id", () => {
  it("is told by a UUID of version 7 at its end, and by nothing else", () => {
    expect(madeAt("cli-0194a1b2-c3d4-7abc-8def-0123456789ab")).toBe(0x0194a1b2c3d4);
    expect(madeAt("0194a1b2-c3d4-4abc-8def-0123456789ab")).toBeUndefined();
    expect(madeAt("run-12-flip")).toBeUndefined();
  });
});
