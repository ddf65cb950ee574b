import type { AppConfiguration } from "../../src/domain/app/configuration.ts";
import { blueGreen, rainbow, single } from "../support/engine.ts";
import type { Chance } from "./chance.ts";

/** What one run of the simulation is about, drawn from its seed. */
export interface Terms {
  readonly operators: number;
  readonly people: number;
  /** Scheduler's choices before the faults stop. */
  readonly moves: number;
  /** Of a hundred calls, how many go wrong on the wire. */
  readonly faultsPercent: number;
  readonly deaths: number;
  readonly hasHands: boolean;
  readonly hasPipeline: boolean;
  /** Environments' configurations that take turns. */
  readonly configurations: readonly AppConfiguration[];
}

export function drawTerms(chance: Chance): Terms {
  const hasPipeline = chance.percent(20);
  const expiresSeconds = chance.one([60, 3600]);
  const required = chance.one([1, 1, 2]);
  const steps = chance.one([
    [{ weight: 100, bakeSeconds: 0 }],
    [{ weight: 100, bakeSeconds: 0 }],
    [
      { weight: 10, bakeSeconds: 10 },
      { weight: 100, bakeSeconds: 5 },
    ],
  ]);
  const configured = (ttlSeconds: number) =>
    rainbow({
      ...(hasPipeline ? { test: single({ ttlSeconds }) } : {}),
      production: blueGreen({
        ttlSeconds,
        flip: {
          approvals: { required, expiresSeconds, authorMayApprove: true },
          steps,
          drainSeconds: 20,
        },
        deployTimeoutSeconds: 60,
      }),
    });
  return {
    operators: 1 + chance.below(3),
    people: 1 + chance.below(3),
    moves: chance.one([300, 600, 1200]),
    faultsPercent: chance.one([0, 2, 5, 15]),
    deaths: chance.below(4),
    hasHands: chance.percent(15),
    hasPipeline,
    configurations: chance.percent(30) ? [configured(10), configured(15)] : [configured(10)],
  };
}
