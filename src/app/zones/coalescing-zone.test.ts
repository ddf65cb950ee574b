import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryTrafficZone } from "../../adapters/memory/memory-traffic-zone.ts";
import type { RecordChange, RecordSet } from "../../domain/records.ts";
import { recordKey, sameRecord } from "../../domain/records.ts";
import { trafficZoneContract } from "../../ports/traffic-zone.contract.ts";
import type { Urgency, ZoneAnswer } from "../../ports/traffic-zone.ts";
import { type CoalescingRules, CoalescingZone } from "./coalescing-zone.ts";

const RULES: CoalescingRules = {
  zoneOf: () => "test",
  fits: ({ remove, add }) => remove.length + add.length <= 40,
  maxWaiting: 100,
};

trafficZoneContract("CoalescingZone", async () => ({
  zone: new CoalescingZone(new MemoryTrafficZone(), RULES),
  close: async () => undefined,
}));

/** A zone in memory that takes its time, and on record what it was asked to do. */
class WatchedZone extends MemoryTrafficZone {
  readonly batches: { readonly change: RecordChange; readonly urgency?: Urgency }[] = [];
  /** Whether refusals say which records they are about. */
  names = false;
  #gate: Promise<void> | undefined;

  /** Holds all changes back until the function that it returns is called. */
  hold(): () => void {
    let open: () => void = () => undefined;
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    return open;
  }

  override async apply(change: RecordChange, urgency?: Urgency): Promise<ZoneAnswer> {
    this.batches.push({ change, ...(urgency && { urgency }) });
    await this.#gate;
    const answer = await super.apply(change);
    if (!this.names || answer.kind !== "refused") return answer;
    const wrong = change.remove.filter(
      (record) => !this.all().some((other) => sameRecord(record, other)),
    );
    return {
      ...answer,
      records: wrong.map((record) => ({ key: recordKey(record), reason: "not as given" })),
    };
  }
}

function fence(environment: number, revision: number): RecordSet {
  const name = `_verdigris.${environment}.test`;
  return { name, type: "TXT", ttlSeconds: 60, values: [`revision=${revision}`] };
}

/** The change of an environment that supposes its fence at `from`. */
function change(environment: number, from: number, to: number): RecordChange {
  return { remove: [fence(environment, from)], add: [fence(environment, to)] };
}

function zoneOf(environments: number, options: { names?: boolean } = {}) {
  const inner = new WatchedZone();
  inner.names = options.names ?? false;
  inner.overwrite(Array.from({ length: environments }, (_, number) => fence(number, 1)));
  const moved = (environment: number) => change(environment, 1, 2);
  return { inner, zone: new CoalescingZone(inner, RULES), moved };
}

describe("changes that wait for the same zone", () => {
  it("go out as one while another is under way", async () => {
    const { inner, zone, moved } = zoneOf(11);
    const open = inner.hold();
    const first = zone.apply(moved(0));
    await Promise.resolve();
    const others = Array.from({ length: 10 }, (_, number) => zone.apply(moved(number + 1)));
    open();
    const answers = await Promise.all([first, ...others]);
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(["accepted"]));
    expect(inner.batches.map((batch) => batch.change.add.length)).toEqual([1, 10]);
  });

  it("go out in as many batches as the limits ask for", async () => {
    const { inner, zone, moved } = zoneOf(50);
    await Promise.all(Array.from({ length: 50 }, (_, number) => zone.apply(moved(number))));
    expect(inner.batches.map((batch) => batch.change.add.length)).toEqual([20, 20, 10]);
  });

  it("wait for none of another zone", async () => {
    const { inner, moved } = zoneOf(2);
    const zone = new CoalescingZone(inner, { ...RULES, zoneOf: ({ add }) => `${add[0]?.name}` });
    const open = inner.hold();
    const both = [zone.apply(moved(0)), zone.apply(moved(1))];
    await Promise.resolve();
    expect(inner.batches).toHaveLength(2);
    open();
    await Promise.all(both);
  });

  it("let reverts go first and by themselves", async () => {
    const { inner, zone, moved } = zoneOf(5);
    const open = inner.hold();
    const asked = [zone.apply(moved(0))];
    await Promise.resolve();
    asked.push(zone.apply(moved(1)), zone.apply(moved(2), "revert"));
    asked.push(zone.apply(moved(3)), zone.apply(moved(4), "revert"));
    open();
    await Promise.all(asked);
    const sent = inner.batches.map(({ urgency, change: { add } }) => [urgency, add.length]);
    expect(sent).toEqual([
      ["change", 1],
      ["revert", 2],
      ["change", 2],
    ]);
  });

  it("are answered when too many wait, and were not sent", async () => {
    const { inner, zone } = zoneOf(0);
    const open = inner.hold();
    const first = zone.apply(change(0, 1, 2));
    await Promise.resolve();
    const waiting = Array.from({ length: RULES.maxWaiting }, () => zone.apply(change(0, 1, 2)));
    expect(await zone.apply(change(0, 1, 2))).toMatchObject({ kind: "unavailable" });
    open();
    await Promise.all([first, ...waiting]);
    expect(inner.batches).toHaveLength(RULES.maxWaiting + 1);
  });

  it("are tried again by those who asked when the zone is not available", async () => {
    const { inner, zone, moved } = zoneOf(2);
    inner.refusal = { kind: "unavailable", reason: "throttled" };
    const answers = await Promise.all([zone.apply(moved(0)), zone.apply(moved(1))]);
    expect(answers).toEqual([inner.refusal, inner.refusal]);
    expect(inner.batches).toHaveLength(1);
    inner.refusal = undefined;
    expect(await zone.apply(moved(0))).toMatchObject({ kind: "accepted" });
  });

  it("fail together when the zone fails, and the next go on", async () => {
    const { inner, zone, moved } = zoneOf(2);
    const apply = inner.apply.bind(inner);
    inner.apply = () => Promise.reject(new Error("no route"));
    await expect(Promise.all([zone.apply(moved(0)), zone.apply(moved(1))])).rejects.toThrow(
      "route",
    );
    inner.apply = apply;
    expect(await zone.apply(moved(0))).toMatchObject({ kind: "accepted" });
  });
});

describe("a batch with a member that the zone refuses", () => {
  it.each<[string, number, boolean]>([
    ["is halved until that one stands alone", 10, false],
    ["goes on without it when the zone names it", 2, true],
  ])("%s", async (_what, atMost, names) => {
    const { inner, zone, moved } = zoneOf(16, { names });
    const stale = change(5, 0, 2);
    const asked = Array.from({ length: 16 }, (_, number) =>
      zone.apply(number === 5 ? stale : moved(number)),
    );
    const kinds = (await Promise.all(asked)).map(({ kind }) => kind);
    expect(kinds.indexOf("refused")).toBe(5);
    expect(kinds.filter((kind) => kind === "accepted")).toHaveLength(15);
    expect(inner.batches.length).toBeLessThanOrEqual(atMost);
  });

  it("doesn't keep a revert waiting", async () => {
    const { inner, zone, moved } = zoneOf(9);
    const asked = [zone.apply(change(0, 0, 2)), ...[1, 2, 3].map((one) => zone.apply(moved(one)))];
    const open = inner.hold();
    await Promise.resolve();
    asked.push(zone.apply(moved(8), "revert"));
    open();
    await Promise.all(asked);
    expect(inner.batches[1]).toMatchObject({ urgency: "revert", change: moved(8) });
  });
});

it("asks once for a status that many ask for at once", async () => {
  const inner = new MemoryTrafficZone();
  let asked = 0;
  inner.changeStatus = async () => {
    asked += 1;
    return "pending";
  };
  const zone = new CoalescingZone(inner, RULES);
  const answers = await Promise.all([zone.changeStatus("1"), zone.changeStatus("1")]);
  expect([answers, asked]).toEqual([["pending", "pending"], 1]);
  await zone.changeStatus("1");
  expect(asked).toBe(2);
});

/** Callers of few environments, some of them behind, some with changes that can't be. */
const CALLS = fc.array(
  fc.record({
    environment: fc.nat(5),
    from: fc.integer({ min: 0, max: 3 }),
    to: fc.integer({ min: 1, max: 4 }),
    twice: fc.boolean(),
    urgency: fc.constantFrom<Urgency>("change", "revert"),
    /** Turns of the event loop before it asks. */
    after: fc.nat(4),
  }),
  { maxLength: 30 },
);

it("gives each caller the answer that its change would have got alone", async () => {
  await fc.assert(
    fc.asyncProperty(
      CALLS,
      fc.integer({ min: 1, max: 12 }),
      fc.boolean(),
      async (calls, size, names) => {
        const inner = new WatchedZone();
        inner.names = names;
        const begin = Array.from({ length: 6 }, (_, environment) => fence(environment, 1));
        inner.overwrite(begin);
        const fits = ({ remove, add }: RecordChange) => remove.length + add.length <= size;
        const zone = new CoalescingZone(inner, { ...RULES, fits });
        const answered: { readonly change: RecordChange; readonly kind: string }[] = [];
        await Promise.all(
          calls.map(async ({ environment, from, to, twice, urgency, after }) => {
            for (let turn = 0; turn < after; turn += 1) await Promise.resolve();
            const once = change(environment, from, to);
            const asked = twice ? { ...once, add: [...once.add, ...once.add] } : once;
            const { kind } = await zone.apply(asked, urgency);
            answered.push({ change: asked, kind });
          }),
        );
        expect(answered).toHaveLength(calls.length);
        const alone = new MemoryTrafficZone();
        alone.overwrite(begin);
        for (const { change: asked, kind } of answered) {
          expect((await alone.apply(asked)).kind).toBe(kind);
        }
        expect(sorted(alone)).toEqual(sorted(inner));
      },
    ),
    { numRuns: 300 },
  );
});

function sorted(zone: MemoryTrafficZone): readonly string[] {
  return zone
    .all()
    .map((record) => `${recordKey(record)} ${record.values}`)
    .sort();
}
