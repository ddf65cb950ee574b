import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { describe, expect, it } from "vitest";
import { onEcs, PRODUCTION } from "../../../../test/support/engine.ts";
import type { Weights } from "../../../domain/environment/state.ts";
import { recordsFor } from "../../../domain/environment/traffic.ts";
import { writtenRecord } from "./record-set.ts";
import { mayAnswer } from "./route53-choice.fixture.ts";

const SIDES = ["blue", "green"] as const;
type BySide<T> = Readonly<Record<(typeof SIDES)[number], T>>;

const WEIGHTS: readonly (Weights & BySide<number>)[] = [
  { blue: 100, green: 0 },
  { blue: 0, green: 100 },
  { blue: 10, green: 90 },
];
/** Both sides alike, either way round. */
const YES_OR_NO: readonly BySide<boolean>[] = [true, false].flatMap((blue) =>
  [true, false].map((green) => ({ blue, green })),
);
const TYPES = ["A", "AAAA"] as const;

/** The weighted sets as Verdigris sends them. */
function sent(weights: Weights, type: (typeof TYPES)[number]): readonly ResourceRecordSet[] {
  const configuration = onEcs({ dualStack: true });
  return recordsFor(PRODUCTION, configuration, weights, "green", 1)
    .map(writtenRecord)
    .filter(({ Type, SetIdentifier }) => Type === type && SetIdentifier !== undefined);
}

/** The same, but for whether each side's health counts. */
function evaluating(
  sets: readonly ResourceRecordSet[],
  evaluate: BySide<boolean>,
): readonly ResourceRecordSet[] {
  return sets.map((set) => {
    const EvaluateTargetHealth = evaluate[set.SetIdentifier as keyof typeof evaluate];
    const { HostedZoneId, DNSName } = set.AliasTarget ?? { HostedZoneId: "", DNSName: "" };
    return { ...set, AliasTarget: { HostedZoneId, DNSName, EvaluateTargetHealth } };
  });
}

/** The sides that are answered with, as `blue`, `green` or `blue green`. */
function answered(sets: readonly ResourceRecordSet[], health: BySide<boolean>): string {
  const isHealthy = (dnsName: string) =>
    SIDES.some((side) => dnsName.startsWith(side) && health[side]);
  return mayAnswer(sets, isHealthy)
    .map(({ SetIdentifier }) => SetIdentifier)
    .join(" ");
}

const withWeight = (weights: BySide<number>) => SIDES.filter((side) => weights[side] > 0).join(" ");

const show = (values: BySide<unknown>) => `blue ${values.blue}, green ${values.green}`;

describe.each(TYPES)("the sides that a question for %s may be answered with", (type) => {
  const cases = WEIGHTS.flatMap((weights) => YES_OR_NO.map((health) => ({ weights, health })));

  it.each(
    cases.map(({ weights, health }) => [show(weights), show(health), weights, health] as const),
  )("are those with weight, at %s and healthy %s", (_weights, _health, weights, health) => {
    const sets = sent(weights, type);
    expect(sets).toHaveLength(SIDES.length);
    expect(answered(sets, health)).toBe(withWeight(weights));
  });

  it("evaluate no target's health, which is the only setting that holds for all", () => {
    const holding = YES_OR_NO.filter((evaluate) =>
      cases.every(
        ({ weights, health }) =>
          answered(evaluating(sent(weights, type), evaluate), health) === withWeight(weights),
      ),
    );
    expect(holding).toEqual([{ blue: false, green: false }]);
    for (const weights of WEIGHTS) {
      expect(evaluating(sent(weights, type), { blue: false, green: false })).toEqual(
        sent(weights, type),
      );
    }
  });
});

it("sides are answered by weight when all that count are unhealthy", () => {
  const both = { blue: true, green: true };
  const none = { blue: false, green: false };
  for (const weights of WEIGHTS) {
    expect(answered(evaluating(sent(weights, "A"), both), none)).toBe(withWeight(weights));
  }
});

/** What every combination comes to: which of them answer with a side of weight 0. */
it("a side of weight 0 is answered only where the other's health counts and is bad", () => {
  const broken = WEIGHTS.flatMap((weights) =>
    YES_OR_NO.flatMap((evaluate) =>
      YES_OR_NO.flatMap((health) => {
        const sides = answered(evaluating(sent(weights, "A"), evaluate), health).split(" ");
        const isBroken = SIDES.some((side) => sides.includes(side) && weights[side] === 0);
        return isBroken
          ? [`weights ${show(weights)}; evaluate ${show(evaluate)}; healthy ${show(health)}`]
          : [];
      }),
    ),
  );
  expect(broken).toEqual([
    "weights blue 100, green 0; evaluate blue true, green true; healthy blue false, green true",
    "weights blue 100, green 0; evaluate blue true, green false; healthy blue false, green true",
    "weights blue 100, green 0; evaluate blue true, green false; healthy blue false, green false",
    "weights blue 0, green 100; evaluate blue true, green true; healthy blue true, green false",
    "weights blue 0, green 100; evaluate blue false, green true; healthy blue true, green false",
    "weights blue 0, green 100; evaluate blue false, green true; healthy blue false, green false",
  ]);
});
