/** What may happen to a call between a client and what it calls. */
export const FAULTS = [
  /** It is carried out late. */
  "delay",
  /** It never arrives, and the connection breaks. */
  "drop",
  /** It is turned away: too many of them. */
  "throttle",
  /** It is carried out, and the connection breaks before the answer. */
  "cut",
  /** It is carried out, and no answer ever comes. */
  "hang",
  /** It is carried out a second time before the answer, which is the second one's. */
  "duplicate",
] as const;

/** `fail`: it is turned away by a fault of the server's own. Not each server has such an answer. */
export type Fault = (typeof FAULTS)[number] | "fail";

/** Which fault befalls a call. Calls are counted from 0; `what` is the verb, or method and path. */
export type FaultPlan = (call: number, what: string) => Fault | undefined;

export const noFaults: FaultPlan = () => undefined;

export function faultAt(unlucky: number, fault: Fault): FaultPlan {
  return (call) => (call === unlucky ? fault : undefined);
}

/** The plan for the calls that are meant, counted by themselves; nothing befalls the others. */
export function among(meant: RegExp, plan: FaultPlan): FaultPlan {
  let calls = 0;
  return (_, what) => {
    if (!meant.test(what)) return undefined;
    calls += 1;
    return plan(calls - 1, what);
  };
}

/** Faults for this share of the calls, the same for the same seed. */
export function seededFaults(
  seed: number,
  share: number,
  faults: readonly Fault[] = FAULTS,
): FaultPlan {
  return (call) => {
    const chance = spread(seed * 65_537 + call);
    return chance < share ? faults[Math.floor((chance / share) * faults.length)] : undefined;
  };
}

/** Between 0 and 1, evenly, from a number: the mixing of Mulberry32 (public domain). */
function spread(seed: number): number {
  let mixed = Math.imul(seed + 0x6d2b79f5, 0x2c1b3c6d) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
