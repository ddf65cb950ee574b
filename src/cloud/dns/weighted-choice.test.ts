import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded } from "../../../test/support/seeded.ts";
import type { RecordSet } from "../../domain/records.ts";
import { chooseSet } from "./weighted-choice.ts";

type Check = "passing" | "failing" | "none";
interface Member {
  readonly weight: number;
  readonly check: Check;
}

const MEMBERS: readonly Member[] = [0, 1, 3].flatMap((weight) =>
  (["passing", "failing", "none"] as const).map((check) => ({ weight, check })),
);

const isHealthy = (check: string) => check === "passing";

function setsOf(members: readonly Member[]): RecordSet[] {
  return members.map(({ weight, check }, index) => ({
    name: "rainbow.test",
    type: "A",
    set: { id: String(index), weight },
    ttlSeconds: 60,
    values: [`127.0.1.${index}`],
    ...(check === "none" ? {} : { healthCheck: check }),
  }));
}

/** How often each set is chosen when the draw passes evenly over [0, 1). */
function shares(members: readonly Member[], draws = 1260): number[] {
  const sets = setsOf(members);
  const counts = members.map(() => 0);
  for (let draw = 0; draw < draws; draw += 1) {
    const chosen = chooseSet(sets, { random: () => (draw + 0.5) / draws, isHealthy });
    const index = Number(chosen?.set?.id);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts.map((count) => count / draws);
}

/** Route 53's rules written the other way round: the weight that each member ends up with. */
function expectedShares(members: readonly Member[]): number[] {
  const noneHealthy = members.every(({ check }) => check === "failing");
  const counts = ({ check }: Member) => noneHealthy || check !== "failing";
  const onlyZeros = members.filter(counts).every(({ weight }) => weight === 0);
  const effective = members.map((member) => (counts(member) ? (onlyZeros ? 1 : member.weight) : 0));
  const sum = effective.reduce((a, b) => a + b, 0);
  return effective.map((weight) => weight / sum);
}

describe("the choice among weighted sets", () => {
  test("follows Route 53 in every combination of three weights and health checks", () => {
    for (const a of MEMBERS) {
      for (const b of MEMBERS) {
        for (const c of MEMBERS) {
          const found = shares([a, b, c]);
          expectedShares([a, b, c]).forEach((share, index) => {
            expect(found[index], JSON.stringify([a, b, c])).toBeCloseTo(share, 5);
          });
        }
      }
    }
  });

  test("gives weight 0 nothing while another set is healthy", () => {
    expect(
      shares([
        { weight: 0, check: "none" },
        { weight: 1, check: "none" },
      ]),
    ).toEqual([0, 1]);
  });

  test("turns to a healthy set of weight 0 when every other set is unhealthy", () => {
    const members: Member[] = [
      { weight: 0, check: "passing" },
      { weight: 255, check: "failing" },
    ];
    expect(shares(members)).toEqual([1, 0]);
  });

  test("counts all as healthy when none is, so that weight 0 still gets nothing", () => {
    const members: Member[] = [
      { weight: 0, check: "failing" },
      { weight: 5, check: "failing" },
    ];
    expect(shares(members)).toEqual([0, 1]);
  });

  test("shares equally when all weights are 0", () => {
    const zero: Member = { weight: 0, check: "none" };
    expect(shares([zero, zero])).toEqual([0.5, 0.5]);
  });

  test("approaches weight / sum with pseudo-random draws", () => {
    const random = seeded(20);
    const sets = setsOf([
      { weight: 90, check: "none" },
      { weight: 10, check: "none" },
    ]);
    let second = 0;
    for (let draw = 0; draw < 20_000; draw += 1) {
      if (chooseSet(sets, { random, isHealthy })?.set?.id === "1") second += 1;
    }
    expect(second / 20_000).toBeGreaterThan(0.09);
    expect(second / 20_000).toBeLessThan(0.11);
  });

  test("is always one of the sets, whatever the weights and the draw", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            weight: fc.nat(255),
            check: fc.constantFrom<Check>("passing", "failing", "none"),
          }),
          { minLength: 1, maxLength: 100 },
        ),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (members, draw) => {
          const sets = setsOf(members);
          expect(sets).toContain(chooseSet(sets, { random: () => draw, isHealthy }));
        },
      ),
    );
  });

  test("answers a single set although its health check fails", () => {
    const sets = setsOf([{ weight: 0, check: "failing" }]);
    expect(chooseSet(sets, { random: () => 0, isHealthy })).toBe(sets[0]);
  });

  test("is nothing where there are no sets", () => {
    expect(chooseSet([], { random: () => 0, isHealthy })).toBeUndefined();
  });
});
