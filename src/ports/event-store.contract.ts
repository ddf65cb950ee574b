import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Batch, StreamName } from "../domain/batch.ts";
import type { EventStore } from "./event-store.ts";

export interface OpenedEventStore {
  readonly store: EventStore;
  /** A further handle on the same logs, as another process would have. */
  another(): Promise<EventStore>;
  /** Closes every handle and removes what was stored. */
  close(): Promise<void>;
}

/** A batch to append; `overrides` replace what a test cares about. */
export function exampleBatch(
  stream: StreamName,
  revision: number,
  overrides: Partial<Batch<unknown>> = {},
): Batch<unknown> {
  const id = overrides.id ?? `write-${revision}`;
  return {
    stream,
    revision,
    id,
    at: 1_700_000_000_000 + revision,
    command: {
      id: `command of ${id}`,
      type: "flip",
      fingerprint: '{"target":"green"}',
      actor: { name: "ada", via: "cli" },
    },
    events: [{ type: "FlipRequested", target: "green" }],
    ...overrides,
  };
}

/** What every event store must do; `open` makes an empty one for each case. */
export function eventStoreContract(name: string, open: () => Promise<OpenedEventStore>): void {
  const stream = "env#rainbow/production";
  const appended = { kind: "appended" };
  const conflict = { kind: "conflict" };

  describe(`${name} keeps the contract of an event store`, () => {
    let opened: OpenedEventStore;
    let store: EventStore;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });

    afterEach(async () => {
      await opened.close();
    });

    async function appendAll(stream: StreamName, count: number, overrides = {}): Promise<void> {
      for (let revision = 1; revision <= count; revision++) {
        await store.append(exampleBatch(stream, revision, overrides));
      }
    }

    const revisions = async (from: EventStore, after: number) =>
      (await from.read(stream, after)).map((batch) => batch.revision);

    describe("append", () => {
      it("writes batches one after another", async () => {
        expect(await store.append(exampleBatch(stream, 1))).toEqual(appended);
        expect(await store.append(exampleBatch(stream, 2))).toEqual(appended);
        expect(await revisions(store, 0)).toEqual([1, 2]);
      });

      it("conflicts with a rival's batch at the revision, and leaves that one as it was", async () => {
        const rival = await opened.another();
        await rival.append(exampleBatch(stream, 1, { id: "theirs" }));
        expect(await store.append(exampleBatch(stream, 1, { id: "ours" }))).toEqual(conflict);
        expect(await store.read(stream, 0)).toEqual([exampleBatch(stream, 1, { id: "theirs" })]);
      });

      it("counts a repeated write of the same batch as appended", async () => {
        const again = await opened.another();
        await store.append(exampleBatch(stream, 1));
        expect(await store.append(exampleBatch(stream, 1))).toEqual(appended);
        expect(await again.append(exampleBatch(stream, 1))).toEqual(appended);
        expect(await revisions(store, 0)).toEqual([1]);
      });

      it("counts a repeated write as appended when later batches follow it", async () => {
        await appendAll(stream, 3);
        expect(await store.append(exampleBatch(stream, 2))).toEqual(appended);
        expect(await store.append(exampleBatch(stream, 2, { id: "rival" }))).toEqual(conflict);
      });

      it("refuses a batch whose predecessor is missing, naming both revisions", async () => {
        await expect(store.append(exampleBatch(stream, 2))).rejects.toThrow(
          `${stream} is at revision 0: the next batch has revision 1, not 2`,
        );
        await appendAll(stream, 2);
        const elsewhere = await opened.another();
        for (const handle of [store, elsewhere]) {
          await expect(handle.append(exampleBatch(stream, 5))).rejects.toMatchObject({
            name: "RevisionGapError",
            revision: 5,
            last: 2,
          });
        }
        expect(await revisions(store, 0)).toEqual([1, 2]);
      });

      it("refuses positions that no log can have", async () => {
        for (const revision of [0, -1, 1.5, Number.NaN, 1e12]) {
          await expect(store.append(exampleBatch(stream, revision))).rejects.toThrow(RangeError);
        }
        for (const name of ["rainbow", "#rainbow", "env#", "env#grün", "env#a\nb"]) {
          await expect(store.append(exampleBatch(name, 1))).rejects.toThrow(TypeError);
        }
      });

      it("lets exactly one of many writers have each revision", async () => {
        const handles = [store, await opened.another(), await opened.another()];
        for (let revision = 1; revision <= 4; revision++) {
          const rivals = handles.flatMap((handle, h) =>
            [0, 1, 2, 3].map((n) => ({
              handle,
              batch: exampleBatch(stream, revision, { id: `${h}.${n}` }),
            })),
          );
          const results = await Promise.all(
            rivals.map(async ({ handle, batch }) => ({
              id: batch.id,
              kind: (await handle.append(batch)).kind,
            })),
          );
          const winners = results.filter((result) => result.kind === "appended");
          const [kept] = await store.read(stream, revision - 1);
          expect(winners).toEqual([{ id: kept?.id, kind: "appended" }]);
        }
      });
    });

    describe("read", () => {
      it("is empty for a stream that nobody wrote", async () => {
        expect(await store.read("env#rainbow/nowhere", 0)).toEqual([]);
      });

      it("returns what comes after a revision, in order, through any handle", async () => {
        await appendAll(stream, 12);
        const other = await opened.another();
        expect(await revisions(other, 0)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        expect(await revisions(other, 9)).toEqual([10, 11, 12]);
        expect(await revisions(other, 12)).toEqual([]);
        expect(await revisions(other, 99)).toEqual([]);
      });

      it("returns more than the megabyte that one DynamoDB page holds", async () => {
        const events = [{ type: "Noted", text: "x".repeat(60_000) }];
        await appendAll(stream, 40, { events });
        const batches = await store.read(stream, 1);
        expect(batches.map((batch) => batch.revision)).toEqual(
          Array.from({ length: 39 }, (_, i) => i + 2),
        );
        expect(batches.every((batch) => JSON.stringify(batch.events).length > 60_000)).toBe(true);
      });

      it("keeps streams apart whose names begin alike", async () => {
        await appendAll(stream, 2);
        await store.append(exampleBatch(`${stream}2`, 1, { id: "other" }));
        expect(await revisions(store, 0)).toEqual([1, 2]);
        expect((await store.read(`${stream}2`, 0)).map((batch) => batch.id)).toEqual(["other"]);
      });

      it("gives back exactly what was written, and no field that was undefined", async () => {
        const event = {
          type: "Everything",
          text: "Grünspan 🟢 \u0000 'quoted' \"twice\" \\ \n",
          empty: "",
          list: [],
          map: {},
          nested: { deep: [{ er: [[1, null, "two"]] }] },
          numbers: [0, -1, 0.1, 1.5e-7, 1_700_000_000_123, Number.MAX_SAFE_INTEGER],
          yes: true,
          no: false,
          nothing: null,
        };
        const full = exampleBatch(stream, 1, {
          schema: 2,
          command: {
            id: "c-1",
            type: "flip",
            fingerprint: "{}",
            actor: { name: "Åsa", via: "api", from: "10.0.0.1" },
            reason: "because",
            expectRevision: 0,
          },
        });
        await store.append({ ...full, events: [{ ...event, absent: undefined }, {}] });
        await store.append(exampleBatch(stream, 2, { events: [] }));
        expect(await store.read(stream, 0)).toStrictEqual([
          { ...full, events: [event, {}] },
          exampleBatch(stream, 2, { events: [] }),
        ]);
      });

      it("shares no object with those who write and read", async () => {
        const event = { type: "Noted", list: ["first"] };
        await store.append(exampleBatch(stream, 1, { events: [event] }));
        event.list.push("written later");
        const [before] = await store.read<typeof event>(stream, 0);
        before?.events[0]?.list.push("read and changed");
        const [after] = await store.read<typeof event>(stream, 0);
        expect(after?.events).toEqual([{ type: "Noted", list: ["first"] }]);
      });
    });

    describe("projection", () => {
      const at = (revision: number, state: unknown = { live: "green" }, schema = 1) => ({
        revision,
        schema,
        hash: "sha256:00",
        state,
      });

      it("is undefined where none was stored", async () => {
        await store.append(exampleBatch(stream, 1));
        expect(await store.projection(stream)).toBeUndefined();
      });

      it("gives back exactly what was stored, through any handle", async () => {
        const state = { live: "green", weights: { blue: 0, green: 100 }, flip: null, requests: [] };
        await store.project(stream, at(41, { ...state, draining: undefined }));
        const other = await opened.another();
        expect(await other.projection(stream)).toStrictEqual(at(41, state));
      });

      it("keeps the highest revision, whatever the order of writes", async () => {
        const other = await opened.another();
        await store.project(stream, at(2, "second"));
        await store.project(stream, at(10, "tenth"));
        await other.project(stream, at(9, "ninth"));
        expect(await store.projection(stream)).toEqual(at(10, "tenth"));
      });

      it("is replaced at the same revision, so that a new shape of the state can be stored", async () => {
        await store.project(stream, at(5, { old: true }, 1));
        await store.project(stream, at(5, { new: true }, 2));
        expect(await store.projection(stream)).toEqual(at(5, { new: true }, 2));
      });

      it("is not among the batches", async () => {
        await store.append(exampleBatch(stream, 1));
        await store.project(stream, at(1));
        expect(await revisions(store, 0)).toEqual([1]);
      });
    });

    describe("list", () => {
      const names = (numbers: readonly number[], app = "rainbow") =>
        numbers.map((n) => `run#${app}/${String(n).padStart(6, "0")}`);

      async function begin(streams: readonly StreamName[]): Promise<void> {
        for (const name of streams) await store.append(exampleBatch(name, 1));
      }

      it("names no stream that has a projection alone", async () => {
        await store.project("run#rainbow/000001", { revision: 7, schema: 1, state: {} });
        expect(await store.list({ prefix: "run#", limit: 10 })).toEqual([]);
      });

      it("is empty where nothing was written", async () => {
        expect(await store.list({ prefix: "run#", limit: 10 })).toEqual([]);
      });

      it("has each stream once, by name, as soon as its first append resolved", async () => {
        const other = await opened.another();
        for (const name of ["env#rainbow/test", "env#rainbow/production", "env#acme/a/b"]) {
          await store.append(exampleBatch(name, 1));
          await store.append(exampleBatch(name, 2));
          expect(await other.list({ prefix: "env#", limit: 10 })).toContain(name);
        }
        expect(await other.list({ prefix: "env#", limit: 10 })).toEqual([
          "env#acme/a/b",
          "env#rainbow/production",
          "env#rainbow/test",
        ]);
      });

      it("has only names that begin with the prefix", async () => {
        await begin([...names([1]), ...names([2], "rainbow2"), ...names([3], "rain")]);
        await begin(["env#rainbow/a_b", "env#rainbow/axb", "env#rainbow/A_B", "app#rainbow"]);
        expect(await store.list({ prefix: "run#rainbow/", limit: 10 })).toEqual(names([1]));
        expect(await store.list({ prefix: "run#rainbow", limit: 10 })).toEqual([
          ...names([1]),
          ...names([2], "rainbow2"),
        ]);
        expect(await store.list({ prefix: "env#rainbow/a_", limit: 10 })).toEqual([
          "env#rainbow/a_b",
        ]);
        expect(await store.list({ prefix: "app#rainbow", limit: 10 })).toEqual(["app#rainbow"]);
      });

      it("goes up and down, from a name on, up to a limit", async () => {
        await begin([...names([3, 1, 5, 2, 4]), ...names([9], "zebra"), ...names([9], "acme")]);
        const query = { prefix: "run#rainbow/", limit: 2 };
        const list = (more: { order?: "ascending" | "descending"; after?: string }) =>
          store.list({ ...query, ...more });
        const descending = { order: "descending" } as const;
        expect(await list({})).toEqual(names([1, 2]));
        expect(await list({ order: "ascending", after: "run#rainbow/000002" })).toEqual(
          names([3, 4]),
        );
        expect(await list({ after: "run#rainbow/000004" })).toEqual(names([5]));
        expect(await list({ after: "run#rainbow/000005" })).toEqual([]);
        expect(await list(descending)).toEqual(names([5, 4]));
        expect(await list({ ...descending, after: "run#rainbow/000004" })).toEqual(names([3, 2]));
        expect(await list({ ...descending, after: "run#rainbow/000001" })).toEqual([]);
      });

      it("goes on from a name that no stream has, inside the prefix or beside it", async () => {
        await begin(names([1, 3]));
        const list = (after: string, order: "ascending" | "descending") =>
          store.list({ prefix: "run#rainbow/", after, order, limit: 10 });
        expect(await list("run#rainbow/000002", "ascending")).toEqual(names([3]));
        expect(await list("run#rainbow/000002", "descending")).toEqual(names([1]));
        expect(await list("run#acme/000009", "ascending")).toEqual(names([1, 3]));
        expect(await list("run#acme/000009", "descending")).toEqual([]);
        expect(await list("run#zebra/000001", "ascending")).toEqual([]);
        expect(await list("run#zebra/000001", "descending")).toEqual(names([3, 1]));
        expect(await list("env#rainbow/test", "ascending")).toEqual(names([1, 3]));
      });

      it("refuses a limit or a prefix that the port doesn't allow", async () => {
        for (const limit of [0, 1_001, 1.5]) {
          await expect(store.list({ prefix: "run#", limit })).rejects.toThrow(RangeError);
        }
        await expect(store.list({ prefix: "rainbow", limit: 1 })).rejects.toThrow(RangeError);
      });
    });
  });
}
