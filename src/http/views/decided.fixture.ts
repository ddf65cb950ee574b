import { blueGreen, release } from "../../../test/support/engine.ts";
import { advanceAfter } from "../../../test/support/history.ts";
import type { Batch, CommandMeta } from "../../domain/batch.ts";
import type { EnvironmentConfiguration } from "../../domain/configuration.ts";
import type { EnvironmentCommand } from "../../domain/environment/commands.ts";
import { decideEnvironment } from "../../domain/environment/decide.ts";
import type { EnvironmentEvent } from "../../domain/environment/events.ts";
import { evolveEnvironment, initialEnvironment } from "../../domain/environment/evolve.ts";
import type { ConfiguredState, EnvironmentState } from "../../domain/environment/state.ts";
import { isRefusal } from "../../domain/refusal.ts";
import { isConfigured } from "../configured.ts";

type WithoutMeta<Command> = Command extends unknown ? Omit<Command, "meta"> : never;
export type Wish = WithoutMeta<EnvironmentCommand>;

/** The environment's log is decided here one second after another from this instant on. */
export const BEGIN = Date.UTC(2026, 0, 1);

/** `second(3)`: the time of the third decision, as the API writes it. */
export function second(revision: number): string {
  return new Date(BEGIN + revision * 1000).toISOString();
}

export interface Log {
  readonly state: ConfiguredState;
  readonly batches: readonly Batch<EnvironmentEvent>[];
}

/**
 * A configured environment in sync, green live, to which these commands were then given. A flip's waits
 * are over by the time it is asked to go on.
 */
export function decided(
  wishes: readonly Wish[],
  configuration: EnvironmentConfiguration = blueGreen(),
): Log {
  const configure: Wish = { type: "configure", configured: { configuration, hash: "hash-1" } };
  const first = [configure, ...inSync(1)];
  const batches: Batch<EnvironmentEvent>[] = [];
  let state: EnvironmentState = initialEnvironment("env#rainbow/production");
  for (const wish of [...first, ...wishes]) {
    const batch = decide(state, wish);
    state = evolveEnvironment(state, batch);
    batches.push(batch);
  }
  if (!isConfigured(state)) throw new Error("the environment is not configured");
  return { state, batches };
}

export function decide(state: EnvironmentState, wish: Wish): Batch<EnvironmentEvent> {
  const revision = state.revision + 1;
  const at = BEGIN + revision * 1000;
  const meta: CommandMeta = { id: `command-${revision}`, actor: { name: "ben", via: "api" } };
  const command = wish.type === "advance-flip" ? advanceAfter(3_600_000, state) : wish;
  const events = decideEnvironment(state, { ...command, meta }, at);
  if (isRefusal(events)) throw new Error(`${wish.type} was refused: ${events.message}`);
  return {
    stream: `env#${state.name}`,
    revision,
    id: `batch-${revision}`,
    at,
    command: { ...meta, type: wish.type, fingerprint: "" },
    events,
  };
}

export function inSync(revision: number): readonly Wish[] {
  return [
    { type: "report-traffic", revision, result: { phase: "submitted", changeId: "change" } },
    { type: "report-traffic", revision, result: { phase: "in-sync" } },
  ];
}

/** Decisions 4 and 5: the release is on blue (standby). */
export const DEPLOYED: readonly Wish[] = [
  { type: "deploy", release: release("a") },
  {
    type: "report-deployment",
    side: "blue",
    deploymentId: "production-4",
    result: { ok: true },
  },
];

/** Decisions 4 to 8: the flip `production-8` to blue is decided. */
export const FLIPPED: readonly Wish[] = [
  ...DEPLOYED,
  { type: "request-flip" },
  { type: "approve", requestId: "production-6" },
  { type: "flip", to: "blue" },
];
