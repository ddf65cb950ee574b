import fc from "fast-check";

/** A change somewhere within a JSON value: `pick` chooses where, each number a child of the one before. */
export interface Alteration {
  readonly picks: readonly number[];
  readonly how: "drop" | "put" | "add" | "twice";
  readonly value: unknown;
}

const VALUES = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    "",
    "x",
    0,
    -1,
    1e308,
    true,
    [],
    {},
    [null],
    [[]],
    "__proto__",
    "\u0000",
    "🟢",
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

export const ALTERATION: fc.Arbitrary<Alteration> = fc.record({
  picks: fc.array(fc.nat(30), { minLength: 1, maxLength: 7 }),
  how: fc.constantFrom("drop", "put", "put", "put", "add", "twice"),
  value: VALUES,
});

/** A copy of the value with the alteration made. */
export function alter(value: unknown, { picks, how, value: put }: Alteration): unknown {
  const [pick = 0, ...deeper] = picks;
  if (typeof value !== "object" || value === null) return put;
  const keys = Object.keys(value);
  const key = keys[pick % Math.max(1, keys.length)];
  if (key === undefined) return put;
  const held = (value as Record<string, unknown>)[key];
  const goesDeeper = deeper.length > 0 && typeof held === "object" && held !== null;
  if (Array.isArray(value)) {
    const at = Number(key);
    if (goesDeeper) return value.with(at, alter(held, { picks: deeper, how, value: put }));
    if (how === "drop") return value.toSpliced(at, 1);
    if (how === "add") return value.toSpliced(at, 0, put);
    return how === "twice" ? value.toSpliced(at, 0, held) : value.with(at, put);
  }
  if (goesDeeper) return { ...value, [key]: alter(held, { picks: deeper, how, value: put }) };
  if (how === "drop") return Object.fromEntries(Object.entries(value).filter(([k]) => k !== key));
  if (how === "add") return { ...value, [`${key}2`]: put };
  return { ...value, [key]: put };
}
