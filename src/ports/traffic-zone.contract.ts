import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RecordChange, RecordSet } from "../domain/records.ts";
import type { TrafficZone, ZoneAnswer } from "./traffic-zone.ts";

export interface OpenedTrafficZone {
  readonly zone: TrafficZone;
  /** Removes what was stored. */
  close(): Promise<void>;
}

const NAME = "rainbow.test";
const FENCE = "_verdigris.rainbow.test";
const NAMES = [NAME, FENCE];

const PATIENCE = { timeout: 20_000, interval: 10 };

function weighted(id: string, weight: number, value: string): RecordSet {
  return { name: NAME, type: "A", set: { id, weight }, ttlSeconds: 60, values: [value] };
}

function fence(revision: number): RecordSet {
  return { name: FENCE, type: "TXT", ttlSeconds: 60, values: [`revision=${revision}`] };
}

const BLUE = weighted("blue", 100, "127.0.1.1");
const GREEN = weighted("green", 0, "127.0.1.2");
const FIRST = [BLUE, GREEN, fence(1)];

/** All traffic moves to green, if the fence is still where `from` left it. */
function flip(from: number, to: number): RecordChange {
  return {
    remove: [BLUE, GREEN, fence(from)],
    add: [weighted("blue", 0, "127.0.1.1"), weighted("green", 100, "127.0.1.2"), fence(to)],
  };
}

/** What every traffic zone must do; `open` makes one without records for each case. */
export function trafficZoneContract(name: string, open: () => Promise<OpenedTrafficZone>): void {
  describe(`${name} keeps the contract of a traffic zone`, () => {
    let opened: OpenedTrafficZone;
    let zone: TrafficZone;

    beforeEach(async () => {
      opened = await open();
      zone = opened.zone;
    });

    afterEach(async () => {
      await opened.close();
    });

    async function inSync(answer: ZoneAnswer): Promise<void> {
      if (answer.kind !== "accepted") throw new Error(`${answer.kind}: ${answer.reason}`);
      await expect.poll(() => zone.changeStatus(answer.changeId), PATIENCE).toBe("in-sync");
    }

    async function holds(...records: readonly RecordSet[]): Promise<void> {
      await inSync(await zone.apply({ remove: [], add: records }));
    }

    async function expectRefused(change: RecordChange): Promise<void> {
      const before = await zone.observe(NAMES);
      const answer = await zone.apply(change);
      expect(answer).toMatchObject({ kind: "refused", reason: expect.stringMatching(/\S/) });
      expect(await zone.observe(NAMES)).toEqual(before);
    }

    describe("observing", () => {
      it("finds every set at exactly the names asked for", async () => {
        await holds(...FIRST);
        const found = await zone.observe(NAMES);
        expect(found).toHaveLength(FIRST.length);
        expect(found).toEqual(expect.arrayContaining(FIRST));
        expect(await zone.observe([FENCE, "test", `www.${NAME}`])).toEqual([fence(1)]);
        expect(await zone.observe([])).toEqual([]);
      });
    });

    describe("a change", () => {
      it("replaces what it removes by what it adds", async () => {
        await holds(...FIRST);
        const change = flip(1, 2);
        await inSync(await zone.apply(change));
        const found = await zone.observe(NAMES);
        expect(found).toHaveLength(change.add.length);
        expect(found).toEqual(expect.arrayContaining([...change.add]));
      });

      it.each<[string, Partial<RecordSet>]>([
        ["weight", { set: { id: "blue", weight: 99 } }],
        ["TTL", { ttlSeconds: 61 }],
        ["value", { values: ["127.0.1.3"] }],
        ["set", { set: { id: "red", weight: 100 } }],
        ["name", { name: `www.${NAME}` }],
      ])("is refused when it removes a set with another %s", async (_what, other) => {
        await holds(...FIRST);
        await expectRefused({ remove: [{ ...BLUE, ...other }], add: [] });
      });

      it("may give the values of a set it removes in any order", async () => {
        const both: RecordSet = { ...fence(1), values: ["one", "two"] };
        await holds(both);
        await inSync(await zone.apply({ remove: [{ ...both, values: ["two", "one"] }], add: [] }));
        expect(await zone.observe(NAMES)).toEqual([]);
      });

      it("is refused when it adds a set that exists", async () => {
        await holds(...FIRST);
        await expectRefused({ remove: [], add: [weighted("green", 50, "127.0.1.9")] });
      });

      it("is refused whole when one part of it can't be", async () => {
        await holds(...FIRST);
        await expectRefused({ remove: [BLUE, fence(7)], add: [weighted("red", 1, "127.0.1.3")] });
        await expectRefused({ remove: [BLUE], add: [weighted("red", 1, "127.0.1.3"), fence(2)] });
      });

      it("that had taken effect is refused when repeated", async () => {
        await holds(...FIRST);
        const change = flip(1, 2);
        await inSync(await zone.apply(change));
        await expectRefused(change);
      });

      it("wins alone against one that supposes the same records", async () => {
        await holds(...FIRST);
        const rivals = [2, 3, 4].map((revision) => zone.apply(flip(1, revision)));
        const kinds = (await Promise.all(rivals)).map(({ kind }) => kind);
        expect(kinds.sort()).toEqual(["accepted", "refused", "refused"]);
      });

      it("is refused when it names no record, or one twice", async () => {
        await expectRefused({ remove: [], add: [] });
        await expectRefused({ remove: [], add: [fence(1), fence(2)] });
      });

      it("that nobody made is unknown", async () => {
        await holds(...FIRST);
        expect(await zone.changeStatus("never-made")).toBe("unknown");
        expect(await zone.changeStatus("9999")).toBe("unknown");
      });
    });

    describe("the servers", () => {
      it("answer as a change says once it is in sync", async () => {
        await holds(...FIRST);
        const [before] = await zone.ask(NAME, "A");
        expect(before).toMatchObject({ rcode: "NOERROR", values: ["127.0.1.1"], ttlSeconds: 60 });
        await inSync(await zone.apply(flip(1, 2)));
        const answers = [...(await zone.ask(NAME, "A")), ...(await zone.ask(FENCE, "TXT"))];
        expect(answers.map(({ values }) => values)).toEqual([["127.0.1.2"], ["revision=2"]]);
      });

      it("give text back as it was, however long", async () => {
        const text = `${"very ".repeat(100)}"long" \\ text, über 255 octets`;
        await holds({ ...fence(1), values: [text] });
        expect((await zone.ask(FENCE, "TXT"))[0]?.values).toEqual([text]);
      });

      it("answer with some set when all weights are zero", async () => {
        await holds(GREEN, weighted("blue", 0, "127.0.1.1"));
        const [answer] = await zone.ask(NAME, "A");
        expect(["127.0.1.1", "127.0.1.2"]).toContain(answer?.values.join());
      });

      it("tell a name without such records from no name at all", async () => {
        await holds(...FIRST);
        expect(await zone.ask(NAME, "AAAA")).toMatchObject([{ rcode: "NODATA", values: [] }]);
        expect(await zone.ask(`www.${NAME}`, "A")).toMatchObject([
          { rcode: "NXDOMAIN", values: [] },
        ]);
      });
    });
  });
}
