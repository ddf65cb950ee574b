import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type AlteredTable,
  alteredMemory,
  alteredSqlite,
  NOT_JSON,
} from "../../test/support/altered-store.ts";
import {
  by,
  deployed,
  done,
  type Engine,
  execute,
  memoryEngine,
  rainbow,
  refusal,
  release,
  started,
  stateOf,
} from "../../test/support/engine.ts";
import { environmentDecider } from "../domain/environment/decider.ts";
import type { EnvironmentState } from "../domain/environment/state.ts";
import { LogNotUnderstood } from "./fold.ts";

const SCHEMA = environmentDecider.schema;
const STREAM = "env#rainbow/production";

// biome-ignore lint/suspicious/noExplicitAny: what no program of this version writes
type Json = any;

describe.each([
  ["in memory", alteredMemory],
  ["in SQLite", alteredSqlite],
])("a table %s", (_, make) => {
  let table: AlteredTable;
  let engine: Engine;
  let right: EnvironmentState;

  beforeEach(async () => {
    table = await make();
    engine = memoryEngine({ store: table.store });
    const operator = await started(engine);
    await deployed(engine, operator, "a");
    await done(execute(operator, { type: "freeze", meta: by("ben", { reason: "lunch" }) }));
    await operator.stop();
    right = await stateOf(operator);
    expect(right.revision).toBeGreaterThan(4);
  });

  afterEach(() => table.close());

  const withoutProjection = (stream: string) => table.alterProjection(stream, () => undefined);

  /** Alters the last batch of the environment, and looks at it as a process that starts now. */
  const altered = async (alter: (batch: Json) => Json, revision = right.revision) => {
    withoutProjection(STREAM);
    table.alterBatch(STREAM, revision, alter);
    return engine.operator();
  };

  describe("whose log holds more than this version knows", () => {
    it.each<[string, (batch: Json) => Json, string]>([
      [
        "an event of an unknown type",
        (batch) => ({ ...batch, events: [...batch.events, { type: "FlipTeleported" }] }),
        "holds the event FlipTeleported, which this version doesn't know. A newer version wrote it: upgrade",
      ],
      [
        "an event that has the name of an object's method",
        (batch) => ({ ...batch, events: [{ type: "toString" }] }),
        "holds the event toString",
      ],
      ["a batch of a newer schema", (batch) => ({ ...batch, schema: 2 }), "has schema 2"],
    ])("%s makes it read-only and says so", async (_name, alter, because) => {
      const operator = await altered(alter);
      const state = await stateOf(operator);
      expect(state).toMatchObject({
        revision: right.revision - 1,
        readOnly: { revision: right.revision, because: expect.stringContaining(because) },
      });
      expect(state.live).toBe(right.live);
      const refused = await refusal(execute(operator, { type: "unfreeze", meta: by("ben") }));
      expect(refused).toMatchObject({
        code: "read_only",
        details: { log: STREAM, revision: right.revision },
      });
      expect(refused.message).toContain(`${STREAM} is read-only: its revision ${right.revision} `);
      expect(refused.message).toContain("Nothing was changed");
      expect(await table.store.read(STREAM, right.revision)).toEqual([]);
      await expect(
        operator.environments.history("rainbow/production", { limit: 9 }),
      ).rejects.toThrow(LogNotUnderstood);
      expect(await operator.environments.checkDrift("rainbow/production")).toMatchObject({
        code: "read_only",
      });
    });

    it("fields that it doesn't know are kept and ignored", async () => {
      const operator = await altered((batch) => ({
        ...batch,
        mood: "good",
        command: { ...batch.command, mood: "good" },
        events: batch.events.map((event: Json) => ({ ...event, mood: "good" })),
      }));
      expect(await stateOf(operator)).toEqual(right);
      await done(execute(operator, { type: "unfreeze", meta: by("ben") }));
      expect((await table.store.read<Json>(STREAM, right.revision - 1))[0]).toMatchObject({
        mood: "good",
        events: [{ mood: "good" }],
      });
    });
  });

  describe("whose log is damaged", () => {
    it.each<[string, (batch: Json) => Json, string]>([
      ["no JSON", () => NOT_JSON, "has no text in its field id"],
      ["no command", ({ command: _, ...rest }) => rest, "has no record in its field command"],
      [
        "no list of events",
        (batch) => ({ ...batch, events: "none" }),
        "no list in its field events",
      ],
      [
        "an event that is null",
        (batch) => ({ ...batch, events: [null] }),
        "no record in its field events.0",
      ],
      [
        "an event without a field",
        (batch) => ({ ...batch, events: [{ type: "EnvironmentFrozen", by: "ben" }] }),
        "holds the event EnvironmentFrozen, which has no text in its field reason",
      ],
      [
        "a field of another type",
        (batch) => ({ ...batch, events: [{ type: "DriftChecked", drift: "none" }] }),
        "has no list in its field drift",
      ],
      [
        "an event without a field within another",
        (batch) => ({
          ...batch,
          events: [{ type: "EnvironmentConfigured", configured: { configuration: null } }],
        }),
        "has no record in its field configured.configuration",
      ],
      ["the revision of another", (batch) => ({ ...batch, revision: 77 }), "and revision 77"],
    ])("%s makes it read-only and names the revision", async (_name, alter, because) => {
      const operator = await altered(alter);
      const refused = await refusal(execute(operator, { type: "unfreeze", meta: by("ben") }));
      expect(refused.code).toBe("read_only");
      expect(refused.message).toContain(`its revision ${right.revision} `);
      expect(refused.message).toContain(because);
      expect(refused.message).toContain("restore it from a copy");
    });

    it("a hole makes it read-only and is named", async () => {
      const hole = right.revision - 2;
      const operator = await altered(() => undefined, hole);
      const because = `its revision ${hole} is missing, and revision ${hole + 1} follows`;
      expect(
        (await refusal(execute(operator, { type: "unfreeze", meta: by("ben") }))).message,
      ).toContain(because);
      expect((await stateOf(operator)).revision).toBe(hole - 1);
    });

    it("it serves again once it is mended, without a restart", async () => {
      let kept: Json;
      const operator = await altered((batch) => {
        kept = batch;
        return { ...batch, schema: 2 };
      });
      expect((await stateOf(operator)).readOnly).toBeDefined();
      table.alterBatch(STREAM, right.revision, () => kept);
      expect(await stateOf(operator)).toEqual(right);
      await done(execute(operator, { type: "unfreeze", meta: by("ben") }));
    });
  });

  it("with one log that can't be understood goes on with the others, and says so once", async () => {
    const operator = await altered((batch) => ({ ...batch, events: [{ type: "FlipTeleported" }] }));
    engine.logged.length = 0;
    operator.start();
    await engine.clock.advance(30_000);
    await done(execute(operator, { type: "freeze", meta: by("ben") }, "rainbow/test"));
    expect(await operator.environments.list("rainbow")).toMatchObject([
      { name: "rainbow/test" },
      { name: "rainbow/production", readOnly: { revision: right.revision } },
    ]);
    await operator.stop();
    const said = engine.logged.filter((line) => line.includes("FlipTeleported"));
    expect(said).toHaveLength(1);
    expect(engine.logged.filter((line) => line.startsWith("error") && line !== said[0])).toEqual(
      [],
    );
    expect(await table.store.read(STREAM, right.revision)).toEqual([]);
  });

  it("with one log that can't be understood does nothing that was decided there", async () => {
    const before = engine.operator();
    await done(execute(before, { type: "unfreeze", meta: by("ben") }));
    await done(execute(before, { type: "deploy", release: release("b"), meta: by("ci") }));
    await done(execute(before, { type: "freeze", meta: by("ben") }));
    await before.stop();
    const operator = await altered((batch) => ({ ...batch, schema: 2 }), right.revision + 3);
    operator.start();
    await engine.clock.advance(30_000);
    await operator.stop();
    const observed = await Promise.all(
      (["blue", "green"] as const).map((side) =>
        engine.runtime.observe({ environment: "rainbow/production", side }),
      ),
    );
    expect(JSON.stringify(observed)).toContain("aaaaaaa");
    expect(JSON.stringify(observed)).not.toContain("bbbbbbb");
  });

  it("with an app's log that can't be understood goes on with its environments", async () => {
    table.alterProjection("app#rainbow", () => undefined);
    const batches = await table.store.read("app#rainbow", 0);
    const operator = engine.operator();
    await operator.apps.configure({ ...rainbow(), branch: "main" }, by("ada"));
    await operator.stop();
    table.alterProjection("app#rainbow", () => undefined);
    table.alterBatch("app#rainbow", batches.length + 1, (batch) => ({ ...batch, schema: 2 }));
    const later = engine.operator();
    expect(await later.apps.configure(rainbow(), by("ada"))).toMatchObject({ code: "read_only" });
    later.start();
    await engine.clock.advance(10_000);
    await done(execute(later, { type: "unfreeze", meta: by("ben") }));
    await later.stop();
  });

  it("with a log of keys that can't be understood lets nobody in: a key may have been revoked", async () => {
    const operator = engine.operator();
    const issued = await operator.keys.issue("ci", "deployer", by("ada"));
    const key = "key" in issued ? issued.key : "";
    await operator.keys.issue("ci", "viewer", by("ada"));
    expect(await operator.keys.authenticate(key)).toBeDefined();
    await operator.stop();
    table.alterBatch("keys#operator", 2, (batch) => ({
      ...batch,
      events: [{ type: "KeysBurnt" }],
    }));
    table.alterProjection("keys#operator", () => undefined);
    await expect(engine.operator().keys.authenticate(key)).rejects.toThrow(/KeysBurnt.*upgrade/);
  });

  describe("whose projection is broken begins from the log and makes it anew", () => {
    it.each<[string, (projection: Json) => Json]>([
      ["no JSON", () => NOT_JSON],
      ["nothing", () => undefined],
      ["a state that is text", (projection) => ({ ...projection, state: "state" })],
      ["no state", ({ state: _, ...rest }) => rest],
      [
        "another side live, changed by hand",
        (projection) => ({ ...projection, state: { ...projection.state, live: "blue" } }),
      ],
      ["no hash", ({ hash: _, ...rest }) => rest],
      ["an empty state", (projection) => ({ ...projection, state: {} })],
      [
        "a field of another sort",
        (projection) => ({ ...projection, state: { ...projection.state, requests: {} } }),
      ],
      [
        "the state of another revision",
        (projection) => ({ ...projection, revision: projection.revision - 1 }),
      ],
      [
        "a state that follows other commands",
        (projection) => {
          const commands = projection.state.commands.slice(0, -1);
          return { ...projection, state: { ...projection.state, live: "blue", commands } };
        },
      ],
      [
        "a state beyond the end of the log",
        (projection) => {
          const revision = projection.revision + 5;
          return { ...projection, revision, state: { ...projection.state, revision } };
        },
      ],
      [
        "a state of a newer shape",
        (projection) => ({ ...projection, schema: SCHEMA + 1, state: { a: 1 } }),
      ],
    ])("%s", async (_name, alter) => {
      table.alterProjection(STREAM, alter);
      const operator = engine.operator();
      expect(await stateOf(operator)).toEqual(right);
      await done(execute(operator, { type: "unfreeze", meta: by("ben") }));
      await operator.stop();
      expect(await table.store.projection(STREAM)).toMatchObject({
        schema: SCHEMA,
        state: { revision: right.revision + 1, live: right.live },
      });
      expect(await stateOf(engine.operator())).toEqual(await stateOf(operator));
    });
  });
});
