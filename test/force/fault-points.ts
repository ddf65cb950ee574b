import type { FaultPoint } from "../../src/main/faults/fault-points.ts";

/** Every point before and after each of these calls. */
export function pointsAround(calls: readonly string[]): readonly FaultPoint[] {
  const seen = new Map<string, number>();
  return calls.flatMap((call): FaultPoint[] => {
    const occurrence = (seen.get(call) ?? 0) + 1;
    seen.set(call, occurrence);
    return [
      { call, when: "before", occurrence },
      { call, when: "after", occurrence },
    ];
  });
}

/** To die beside a look is to die between the changes around it. */
const LOOKS =
  /\.(ask|changeStatus|commit|file|get|heads|list|locate|observe|project|projection|read|requestsBySide)$/;

/**
 * At most so many of the points, always the same ones: just after the first of each kind of change, then
 * just before it, then the other points; where not all have room they are spread evenly.
 */
export function sampled(points: readonly FaultPoint[], most: number): readonly FaultPoint[] {
  return [0, 1, 2, 3].reduce<readonly FaultPoint[]>((chosen, rank) => {
    const ofRank = points.filter((point) => rankOf(point) === rank);
    return [...chosen, ...spread(ofRank, most - chosen.length)];
  }, []);
}

function rankOf({ call, when, occurrence }: FaultPoint): number {
  if (occurrence > 1) return 3;
  if (LOOKS.test(call)) return 2;
  return when === "after" ? 0 : 1;
}

function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from(
    { length: most },
    (_, n) => items[Math.floor((n * items.length) / most)],
  ).filter((item) => item !== undefined);
}
