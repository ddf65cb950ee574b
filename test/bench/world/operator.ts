import { createHash, randomUUID } from "node:crypto";
import { MemorySideRuntime } from "../../../src/adapters/memory/memory-side-runtime.ts";
import { MemoryTrafficMeter } from "../../../src/adapters/memory/memory-traffic-meter.ts";
import { createOperator, type RunningOperator } from "../../../src/app/create-operator.ts";
import type { AppConfiguration } from "../../../src/domain/app/configuration.ts";
import type { CommandMeta } from "../../../src/domain/batch.ts";
import type { EnvironmentCommand } from "../../../src/domain/environment/commands.ts";
import type { EnvironmentState } from "../../../src/domain/environment/state.ts";
import { isRefusal } from "../../../src/domain/refusal.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { EventStore } from "../../../src/ports/event-store.ts";
import type { TrafficZone } from "../../../src/ports/traffic-zone.ts";
import { blueGreen, release } from "../../support/engine.ts";

export interface OperatorWorld {
  readonly store: EventStore;
  readonly zone: TrafficZone;
  readonly clock: Clock;
  /** How often it looks at every environment, in milliseconds. */
  readonly sweepMs: number;
  readonly driftMs: number;
}

/** An operator on this table and zone, with sides that are ready as soon as they are asked to be. */
export function operatorOn(world: OperatorWorld): RunningOperator {
  const { store, zone, clock, sweepMs, driftMs } = world;
  return createOperator({
    host: {
      store,
      clock,
      newId: () => randomUUID(),
      hash: (text) => createHash("sha256").update(text).digest("hex"),
      sameHash: (one, other) => one === other,
      random: () => Math.random(),
      log: (level, message, data) => {
        if (level === "error") console.error(message, data);
      },
    },
    world: { zone, runtime: new MemorySideRuntime(), meter: new MemoryTrafficMeter() },
    paces: {
      deploymentMs: 20,
      inSyncMs: 50,
      drainMs: 50,
      unavailableMs: 500,
      driftedMs: 1_000,
      sweepMs,
      driftMs,
      runMs: 500,
    },
    newSecret: () => randomUUID(),
  });
}

/** An app with blue-green environments that flip without approval and are done a second later. */
export function appWith(app: string, environments: readonly string[]): AppConfiguration {
  return {
    app,
    branch: "master",
    build: { validate: "true", artifact: ".", timeoutSeconds: 900 },
    environments: Object.fromEntries(
      environments.map((name) => [
        name,
        blueGreen({
          record: `${name}.${app}.test`,
          preview: `standby.${name}.${app}.test`,
          ttlSeconds: 1,
          flip: {
            approvals: { required: 0, expiresSeconds: 86_400, authorMayApprove: true },
            steps: [{ weight: 100, bakeSeconds: 0 }],
            drainSeconds: 0,
          },
        }),
      ]),
    ),
  };
}

export function meta(): CommandMeta {
  return { id: randomUUID(), actor: { name: "bench", via: "api" } };
}

export async function configure(operator: RunningOperator, app: AppConfiguration): Promise<void> {
  const outcome = await operator.apps.configure(app, meta());
  if (isRefusal(outcome)) throw new Error(outcome.message);
}

/** Carries a command out and waits until the environment is as wanted. */
export async function carryOut(
  operator: RunningOperator,
  name: string,
  command: EnvironmentCommand,
  wanted: (state: EnvironmentState) => boolean,
): Promise<EnvironmentState> {
  const outcome = await operator.environments.execute(name, command);
  if (isRefusal(outcome)) throw new Error(`${name}: ${outcome.message}`);
  return reached(operator, name, wanted);
}

const PATIENCE_MS = 60_000;

export async function reached(
  operator: RunningOperator,
  name: string,
  wanted: (state: EnvironmentState) => boolean,
): Promise<EnvironmentState> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const state = await operator.environments.get(name);
    if (!isRefusal(state) && wanted(state)) return state;
    if (Date.now() > deadline) throw new Error(`${name} did not get there within a minute`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Puts a release on both sides, so that flips can go to and fro; `blue` is live afterwards. */
export async function ready(operator: RunningOperator, name: string): Promise<void> {
  const settled = (state: EnvironmentState) =>
    state.traffic.phase === "in-sync" && state.flip === undefined;
  await reached(operator, name, settled);
  for (const [letter, to] of [
    ["a", "blue"],
    ["b", "green"],
    ["c", "blue"],
  ] as const) {
    const deploy = { type: "deploy", release: release(letter), meta: meta() } as const;
    await carryOut(
      operator,
      name,
      deploy,
      (state) => state.sides[to]?.deployment?.state === "succeeded",
    );
    await carryOut(operator, name, { type: "flip", to, meta: meta() }, settled);
  }
}
