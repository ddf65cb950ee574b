import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type RecordChange, type RecordSet, recordKey, sameRecord } from "../../domain/records.ts";
import { EMPTY_STATE, withChange, withZone, type ZoneState } from "./zone-state.ts";

const ZONE = "rainbow.test";

function stateWith(...records: RecordSet[]): ZoneState {
  const zoned = withZone(EMPTY_STATE, { name: ZONE, serial: 7 });
  if ("flaw" in zoned) throw new Error(zoned.flaw);
  return records.length === 0 ? zoned : changed(zoned, { remove: [], add: records });
}

function changed(state: ZoneState, change: RecordChange): ZoneState {
  const result = withChange(state, change, "change");
  if (result.kind !== "changed") throw new Error(result.reason);
  return result.state;
}

function a(name: string, value = "127.0.1.1"): RecordSet {
  return { name, type: "A", ttlSeconds: 60, values: [value] };
}

function weighted(id: string, weight: number, value = "127.0.1.1"): RecordSet {
  return { ...a(ZONE, value), set: { id, weight } };
}

function recordsOf(state: ZoneState): RecordSet[] {
  return [...state.records.values()].flat();
}

describe("a change", () => {
  test("removes, adds and raises the serial of its zone", () => {
    const before = stateWith(weighted("blue", 100), weighted("green", 0));
    const after = changed(before, {
      remove: [weighted("blue", 100), weighted("green", 0)],
      add: [weighted("blue", 0), weighted("green", 100)],
    });
    expect(recordsOf(after)).toEqual([weighted("blue", 0), weighted("green", 100)]);
    expect(after.zones.get(ZONE)?.serial).toBe((before.zones.get(ZONE)?.serial ?? 0) + 1);
  });

  test("whose serial would pass 32 bits starts again from 0", () => {
    const zoned = withZone(EMPTY_STATE, { name: ZONE, serial: 0xffff_ffff });
    if ("flaw" in zoned) throw new Error(zoned.flaw);
    expect(changed(zoned, { remove: [], add: [a(ZONE)] }).zones.get(ZONE)?.serial).toBe(0);
  });

  test("for a name in no zone finds no such zone", () => {
    const add = [a(ZONE), a("other.test")];
    const result = withChange(stateWith(), { remove: [], add }, "change");
    expect(result).toMatchObject({ kind: "no-such-zone" });
    expect(result).toHaveProperty("reason", expect.stringContaining("other.test"));
  });

  test("belongs to the zone with the longest name, whose serial alone rises", () => {
    const nested = withZone(stateWith(), { name: `deep.${ZONE}`, serial: 1 });
    if ("flaw" in nested) throw new Error(nested.flaw);
    const after = changed(nested, { remove: [], add: [a(`www.deep.${ZONE}`)] });
    expect(after.zones.get(`deep.${ZONE}`)?.serial).toBe(2);
    expect(after.zones.get(ZONE)?.serial).toBe(7);
  });

  test("of two zones at once is refused, as Route 53 has one zone per change", () => {
    const nested = withZone(stateWith(), { name: `deep.${ZONE}`, serial: 1 });
    if ("flaw" in nested) throw new Error(nested.flaw);
    const add = [a(`www.${ZONE}`), a(`www.deep.${ZONE}`)];
    expect(withChange(nested, { remove: [], add }, "change")).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("one zone"),
    });
  });

  test("is remembered by its id, up to a thousand", () => {
    let state = stateWith();
    for (let n = 0; n < 1001; n += 1) {
      const present = recordsOf(state);
      const result = withChange(
        state,
        { remove: present, add: [a(ZONE, `127.0.1.${n % 250}`)] },
        `c${n}`,
      );
      if (result.kind !== "changed") throw new Error(result.reason);
      state = result.state;
    }
    expect(state.acceptedChanges).toHaveLength(1000);
    expect(state.acceptedChanges).not.toContain("c0");
    expect(state.acceptedChanges.at(-1)).toBe("c1000");
  });
});

const many = (count: number, make: (n: number) => RecordSet) =>
  Array.from({ length: count }, (_, n) => make(n));

describe("a change is refused", () => {
  const present = [weighted("blue", 100), weighted("green", 0), a(`www.${ZONE}`)];
  const refusals: [why: string, change: RecordChange, reason: string | RegExp][] = [
    ["when it is empty", { remove: [], add: [] }, "names no record"],
    [
      "when a removal has another weight",
      { remove: [weighted("blue", 99)], add: [] },
      "[blue weight 100]",
    ],
    [
      "when a removal has another TTL",
      { remove: [{ ...a(`www.${ZONE}`), ttlSeconds: 61 }], add: [] },
      "the zone has",
    ],
    [
      "when a removal has another health check",
      { remove: [{ ...a(`www.${ZONE}`), healthCheck: "x" }], add: [] },
      "the zone has",
    ],
    ["when a removal is not there", { remove: [a(`nope.${ZONE}`)], add: [] }, "no such set"],
    [
      "when the same set is removed twice",
      { remove: [a(`www.${ZONE}`), a(`www.${ZONE}`)], add: [] },
      "no such set",
    ],
    [
      "when an addition is there",
      { remove: [], add: [a(`www.${ZONE}`, "127.0.9.9")] },
      "already has",
    ],
    [
      "when the same set is added twice",
      { remove: [], add: [a(`x.${ZONE}`), a(`x.${ZONE}`)] },
      "already has",
    ],
    ["when a simple set would join weighted ones", { remove: [], add: [a(ZONE)] }, "can't mix"],
    [
      "when weighted sets would differ in TTL",
      { remove: [], add: [{ ...weighted("red", 1), ttlSeconds: 30 }] },
      "same TTL",
    ],
    [
      "when a CNAME would stand beside another type",
      { remove: [], add: [{ ...a(`www.${ZONE}`), type: "CNAME", values: ["x.test"] }] },
      "CNAME",
    ],
    [
      "when a CNAME would be at the apex",
      { remove: present.slice(0, 2), add: [{ ...a(ZONE), type: "CNAME", values: ["x.test"] }] },
      "apex",
    ],
    [
      "when name servers of the apex are given",
      { remove: [], add: [{ ...a(ZONE), type: "NS", values: ["ns1.test"] }] },
      "apex",
    ],
    [
      "when the name server's own name is taken",
      { remove: [], add: [a(`ns.${ZONE}`)] },
      "name server",
    ],
    [
      "when there would be 101 weighted sets",
      { remove: [], add: many(99, (n) => weighted(`w${n}`, 1)) },
      "at most 100",
    ],
    [
      "when it has more than 1,000 sets",
      { remove: [], add: many(1001, (n) => a(`h${n}.${ZONE}`)) },
      "1000 is the most",
    ],
    [
      "when it has more than 1,000 values",
      {
        remove: [],
        add: [
          {
            ...a(`x.${ZONE}`),
            values: Array.from({ length: 1001 }, (_, n) => `10.0.${n >> 8}.${n & 255}`),
          },
        ],
      },
      "1000 is the most",
    ],
    [
      "when its values have more than 32,000 characters",
      { remove: [], add: [{ ...a(`x.${ZONE}`), type: "TXT", values: ["x".repeat(32_001)] }] },
      "32000 is the most",
    ],
  ];
  const flaws: [why: string, record: Partial<RecordSet>, reason: string][] = [
    ["a weight above 255", { set: { id: "x", weight: 256 } }, "256"],
    ["a negative weight", { set: { id: "x", weight: -1 } }, "-1"],
    ["a broken weight", { set: { id: "x", weight: 0.5 } }, "0.5"],
    ["an empty set id", { set: { id: "", weight: 1 } }, "1 to 128"],
    ["a set id of 129 characters", { set: { id: "x".repeat(129), weight: 1 } }, "1 to 128"],
    ["a health check without a name", { healthCheck: "" }, "health check"],
    ["a negative TTL", { ttlSeconds: -1 }, "TTL"],
    ["a TTL above 31 bits", { ttlSeconds: 2 ** 31 }, "TTL"],
    ["a broken TTL", { ttlSeconds: 1.5 }, "TTL"],
    ["an upper-case name", { name: `X.${ZONE}` }, "lower-case"],
    ["a trailing dot", { name: `x.${ZONE}.` }, "trailing dot"],
    ["a wildcard", { name: `*.${ZONE}` }, "wildcards"],
    ["a label of 64 characters", { name: `${"x".repeat(64)}.${ZONE}` }, "domain name"],
    ["a name of 254 characters", { name: `${"x.".repeat(121)}${ZONE}` }, "domain name"],
    ["no value", { values: [] }, "no value"],
    ["a value twice", { values: ["127.0.0.1", "127.0.0.1"] }, "twice"],
    ["an A that is no address", { values: ["127.0.0.256"] }, "IPv4"],
    ["an A that is IPv6", { values: ["::1"] }, "IPv4"],
    ["an AAAA that is IPv4", { type: "AAAA", values: ["127.0.0.1"] }, "IPv6"],
    ["an AAAA with a zone", { type: "AAAA", values: ["fe80::1%eth0"] }, "IPv6"],
    ["a CNAME with two values", { type: "CNAME", values: ["a.test", "b.test"] }, "exactly one"],
    ["a CNAME to no name", { type: "CNAME", values: ["not a name"] }, "host name"],
    ["a TXT with a line feed", { type: "TXT", values: ["a\nb"] }, "control"],
    ["a TXT with half a surrogate pair", { type: "TXT", values: ["\ud800"] }, "control"],
  ];

  test.each([
    ...refusals,
    ...flaws.map(([why, record, reason]): (typeof refusals)[number] => [
      `for ${why}`,
      { remove: [], add: [{ ...a(`x.${ZONE}`), ...record }] },
      reason,
    ]),
  ])("%s, and nothing changes", (_, change, reason) => {
    const state = stateWith(...present);
    const before = structuredClone(state);
    const result = withChange(state, change, "change");
    expect(result).toEqual({ kind: "refused", reason: expect.stringContaining(String(reason)) });
    expect(result).toHaveProperty("reason", expect.stringContaining("Nothing was changed"));
    expect(state).toEqual(before);
  });

  test("for the name it takes away and gives back with another value only when the old one is right", () => {
    const state = stateWith(a(`f.${ZONE}`, "127.0.0.1"));
    const write = (old: string, value: string) =>
      withChange(state, { remove: [a(`f.${ZONE}`, old)], add: [a(`f.${ZONE}`, value)] }, "change")
        .kind;
    expect(write("127.0.0.1", "127.0.0.2")).toBe("changed");
    expect(write("127.0.0.3", "127.0.0.2")).toBe("refused");
  });
});

describe("what just fits", () => {
  test.each<[string, Partial<RecordSet>]>([
    ["weight 255", { set: { id: "x", weight: 255 } }],
    ["weight 0", { set: { id: "x", weight: 0 } }],
    ["TTL 0", { ttlSeconds: 0 }],
    ["TTL 2147483647", { ttlSeconds: 2 ** 31 - 1 }],
    ["a label of 63 characters", { name: `${"x".repeat(63)}.${ZONE}` }],
    ["a name of 253 characters", { name: `${"x".repeat(57)}.${"x.".repeat(91)}${ZONE}` }],
    ["an underscore", { name: `_fence.${ZONE}` }],
    ["an empty text", { type: "TXT", values: [""] }],
    ["a text of 32,000 characters", { type: "TXT", values: ["x".repeat(32_000)] }],
    ["a delegation", { type: "NS", values: ["ns1.other.test", "ns2.other.test"] }],
    ["a target in upper case", { type: "CNAME", values: ["LB-1.Example.Com"] }],
  ])("%s is accepted", (_, record) => {
    const change = { remove: [], add: [{ ...a(`x.${ZONE}`), ...record }] };
    expect(withChange(stateWith(), change, "change").kind).toBe("changed");
  });

  test("100 weighted sets are accepted", () => {
    expect(recordsOf(stateWith(...many(100, (n) => weighted(`w${n}`, 1))))).toHaveLength(100);
  });
});

describe("a zone", () => {
  test("that is there already stays as it is", () => {
    const state = stateWith();
    expect(withZone(state, { name: ZONE, serial: 99 })).toBe(state);
  });

  test.each(["", "Upper.test", "dot.test.", "*.test", "a..test", `${"x.".repeat(120)}test`])(
    "can't be called %j",
    (name) => {
      expect(withZone(EMPTY_STATE, { name, serial: 1 })).toHaveProperty("flaw");
    },
  );

  test("can't begin at a name that has a CNAME", () => {
    const alias: RecordSet = { ...a(`www.${ZONE}`), type: "CNAME", values: ["x.test"] };
    expect(withZone(stateWith(alias), { name: `www.${ZONE}`, serial: 1 })).toHaveProperty("flaw");
  });
});

describe("any sequence of changes", () => {
  const names = [ZONE, `a.${ZONE}`, `b.${ZONE}`];
  const anyRecord: fc.Arbitrary<RecordSet> = fc
    .record({
      name: fc.constantFrom(...names),
      kind: fc.constantFrom(
        { type: "A" as const, values: ["10.0.0.1"] },
        { type: "A" as const, values: ["10.0.0.1", "10.0.0.2"] },
        { type: "TXT" as const, values: ["t"] },
        { type: "CNAME" as const, values: ["c.test"] },
      ),
      ttlSeconds: fc.constantFrom(60, 60, 60, 30),
      set: fc.option(
        fc.record({ id: fc.constantFrom("x", "y"), weight: fc.constantFrom(0, 1, 1, 256) }),
        { nil: undefined },
      ),
    })
    .map(({ kind, set, ...rest }) => ({ ...rest, ...kind, ...(set === undefined ? {} : { set }) }));

  const anyStep = fc.record({
    removeAt: fc.array(fc.nat(5), { maxLength: 3 }),
    stray: fc.array(anyRecord, { maxLength: 1 }),
    add: fc.array(anyRecord, { maxLength: 3 }),
  });

  test("leaves the records as a plain list under the same rules would have them", () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 12 }), (steps) => {
        let state = stateWith();
        let model: readonly RecordSet[] = [];
        for (const { removeAt, stray, add } of steps) {
          const picked = removeAt.flatMap((at) => model[at] ?? []);
          const change = { remove: [...picked, ...stray], add };
          const expected = modelAfter(model, change);
          const result = withChange(state, change, "change");
          outcomes.add(result.kind);
          expect(result.kind === "changed").toBe(expected !== undefined);
          if (result.kind === "changed") state = result.state;
          model = expected ?? model;
          expect(recordsOf(state).sort(byKey)).toEqual([...model].sort(byKey));
        }
      }),
      { numRuns: 500 },
    );
    expect(outcomes).toEqual(new Set(["changed", "refused"]));
  });

  /** The list after the change, or undefined when the rules forbid it. */
  function modelAfter(list: readonly RecordSet[], { remove, add }: RecordChange) {
    const next = [...list];
    if (remove.length + add.length === 0) return undefined;
    for (const record of remove) {
      const at = next.findIndex((other) => sameRecord(other, record));
      if (at === -1) return undefined;
      next.splice(at, 1);
    }
    next.push(...add);
    return next.every((record) => isAllowed(record, next)) ? next : undefined;
  }

  function isAllowed(record: RecordSet, all: readonly RecordSet[]): boolean {
    const others = all.filter((other) => other !== record && other.name === record.name);
    const siblings = others.filter((other) => other.type === record.type);
    return (
      siblings.every((other) => recordKey(other) !== recordKey(record)) &&
      siblings.every((other) => other.set !== undefined && record.set !== undefined) &&
      siblings.every((other) => other.ttlSeconds === record.ttlSeconds) &&
      (record.type !== "CNAME" || (record.name !== ZONE && siblings.length === others.length)) &&
      (record.set?.weight ?? 0) <= 255
    );
  }

  function byKey(one: RecordSet, other: RecordSet): number {
    return recordKey(one) < recordKey(other) ? -1 : 1;
  }
});
