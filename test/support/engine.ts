import { createHash } from "node:crypto";
import { ManualClock } from "../../src/adapters/memory/manual-clock.ts";
import { MemoryEventStore } from "../../src/adapters/memory/memory-event-store.ts";
import { MemorySideRuntime } from "../../src/adapters/memory/memory-side-runtime.ts";
import { MemoryTrafficMeter } from "../../src/adapters/memory/memory-traffic-meter.ts";
import { MemoryTrafficZone } from "../../src/adapters/memory/memory-traffic-zone.ts";
import type { RunningOperator } from "../../src/app/create-operator.ts";
import { createOperator } from "../../src/app/create-operator.ts";
import type { Host } from "../../src/app/host.ts";
import type { Outcome } from "../../src/app/operator.ts";
import type { Pipeline } from "../../src/app/runs/pipeline.ts";
import type { AppConfiguration } from "../../src/domain/app/configuration.ts";
import type { CommandMeta } from "../../src/domain/batch.ts";
import type { EnvironmentConfiguration, SideName } from "../../src/domain/configuration.ts";
import type { EnvironmentCommand } from "../../src/domain/environment/commands.ts";
import type { EnvironmentEvent } from "../../src/domain/environment/events.ts";
import type { EnvironmentState, ReleaseRef } from "../../src/domain/environment/state.ts";
import type { Refusal } from "../../src/domain/refusal.ts";
import { isRefusal } from "../../src/domain/refusal.ts";
import type { EventStore } from "../../src/ports/event-store.ts";

export const PRODUCTION = "rainbow/production";

const PROCESS = {
  start: "npm start",
  healthPath: "/health",
  tasks: 1,
  environment: {},
  graceSeconds: 5,
} as const;

export function blueGreen(
  change: Partial<EnvironmentConfiguration> = {},
): EnvironmentConfiguration {
  return {
    kind: "blue-green",
    record: "rainbow.test",
    preview: "standby.rainbow.test",
    ttlSeconds: 60,
    sides: {
      blue: { runtime: "process", address: "127.0.1.2", port: 8080 },
      green: { runtime: "process", address: "127.0.1.3", port: 8080 },
    },
    process: PROCESS,
    flip: {
      approvals: { required: 1, expiresSeconds: 86_400, authorMayApprove: true },
      steps: [{ weight: 100, bakeSeconds: 0 }],
      drainSeconds: 120,
    },
    deployTimeoutSeconds: 600,
    ...change,
  };
}

/** Both sides are ECS services. */
export function onEcs(
  change: Partial<EnvironmentConfiguration> & { readonly dualStack?: boolean } = {},
): EnvironmentConfiguration {
  const { dualStack = false, ...rest } = change;
  const side = (colour: string) => ({
    runtime: "ecs" as const,
    region: "eu-west-1",
    cluster: `rainbow-${colour}`,
    service: "rainbow",
    loadBalancer: {
      arn: `arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/${colour}/0123456789abcdef`,
      dnsName: `${colour}.eu-west-1.elb.amazonaws.com`,
      zone: "Z32O12XQLNTSW2",
      dualStack,
    },
  });
  return blueGreen({ sides: { blue: side("blue"), green: side("green") }, ...rest });
}

export function single(change: Partial<EnvironmentConfiguration> = {}): EnvironmentConfiguration {
  const { preview: _, ...rest } = blueGreen();
  return {
    ...rest,
    kind: "single",
    record: "test.rainbow.test",
    sides: { main: { runtime: "process", address: "127.0.1.1", port: 8080 } },
    ...change,
  };
}

export function rainbow(
  environments: Readonly<Record<string, EnvironmentConfiguration>> = {
    test: single(),
    production: blueGreen(),
  },
): AppConfiguration {
  return {
    app: "rainbow",
    branch: "master",
    build: { validate: "npm test", artifact: ".", timeoutSeconds: 900 },
    environments,
  };
}

export function release(letter: string): ReleaseRef {
  const commit = letter.repeat(40);
  return {
    id: commit.slice(0, 7),
    commit,
    artifact: { digest: `sha256:${letter.repeat(64)}`, location: `/artifacts/${letter}` },
    author: { name: "Ana", email: "ana@example.com" },
    subject: `change ${letter}`,
  };
}

export interface Engine {
  readonly host: Host;
  readonly clock: ManualClock;
  readonly store: EventStore;
  readonly zone: MemoryTrafficZone;
  readonly runtime: MemorySideRuntime;
  readonly meter: MemoryTrafficMeter;
  readonly logged: string[];
  /** A further operator on the same world, not started. */
  operator(): RunningOperator;
}

/** A world in memory in which time stands still until a test moves it. */
export function memoryEngine(options: { store?: EventStore; pipeline?: Pipeline } = {}): Engine {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const store = options.store ?? new MemoryEventStore();
  const zone = new MemoryTrafficZone();
  const runtime = new MemorySideRuntime();
  const meter = new MemoryTrafficMeter();
  const logged: string[] = [];
  let ids = 0;
  const host: Host = {
    store,
    clock,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    hash: (text) => createHash("sha256").update(text).digest("hex"),
    sameHash: (one, other) => one === other,
    random: () => 0.5,
    log: (level, message, data) => logged.push(`${level} ${message} ${JSON.stringify(data ?? {})}`),
  };
  return {
    host,
    clock,
    store,
    zone,
    runtime,
    meter,
    logged,
    operator: () =>
      createOperator({
        host,
        world: { zone, runtime, meter },
        ...(options.pipeline ? { pipeline: options.pipeline } : {}),
        paces: {
          deploymentMs: 100,
          inSyncMs: 100,
          drainMs: 500,
          unavailableMs: 1000,
          driftedMs: 1000,
          sweepMs: 5000,
          driftMs: 10_000,
          runMs: 200,
        },
        newSecret: () => `secret-${host.newId()}`,
      }),
  };
}

let commands = 0;

export function by(name: string, more: Partial<CommandMeta> = {}): CommandMeta {
  commands += 1;
  return { id: `command-${commands}`, actor: { name, via: "api" }, ...more };
}

type Done = Outcome<EnvironmentState, EnvironmentEvent>;

/** The outcome of a command that must not be refused. */
export async function done(asked: Promise<Done | Refusal>): Promise<Done> {
  const outcome = await asked;
  if (isRefusal(outcome)) throw new Error(`refused: ${outcome.code}: ${outcome.message}`);
  return outcome;
}

/** The refusal of a command that must be refused. */
export async function refusal(asked: Promise<unknown>): Promise<Refusal> {
  const outcome = await asked;
  if (!isRefusal(outcome)) throw new Error("the command was not refused");
  return outcome;
}

export async function stateOf(operator: RunningOperator, name = PRODUCTION) {
  const state = await operator.environments.get(name);
  if (isRefusal(state)) throw new Error(state.message);
  return state;
}

export function execute(operator: RunningOperator, command: EnvironmentCommand, name = PRODUCTION) {
  return operator.environments.execute(name, command);
}

/** Deploys to the standby and lets the loop finish it. */
export async function deployed(
  engine: Engine,
  operator: RunningOperator,
  letter: string,
): Promise<SideName> {
  const meta = by("ci");
  const outcome = await done(execute(operator, { type: "deploy", release: release(letter), meta }));
  await engine.clock.advance(200);
  const started = outcome.events.find((event) => event.type === "DeploymentStarted");
  if (!started) throw new Error("no deployment was started");
  return started.deployment.side;
}

/** Asks for the standby to become live and approves it. Returns the request's id. */
export async function approved(operator: RunningOperator): Promise<string> {
  const asked = await done(execute(operator, { type: "request-flip", meta: by("ci") }));
  const request = asked.events.find((event) => event.type === "FlipRequested");
  if (!request) throw new Error("no flip was requested");
  const requestId = request.request.id;
  await done(execute(operator, { type: "approve", requestId, meta: by("ben") }));
  return requestId;
}

/** A started operator with the sample app configured and its records in sync. */
export async function started(engine: Engine, configuration = rainbow()) {
  const operator = engine.operator();
  const outcome = await operator.apps.configure(configuration, by("admin"));
  if (isRefusal(outcome)) throw new Error(outcome.message);
  operator.start();
  await engine.clock.advance(1000);
  return operator;
}

/** The weights of the sides of `rainbow/production`, as the zone holds them. */
export function weights(engine: Engine) {
  const sets = engine.zone.all().filter((r) => r.name === "rainbow.test" && r.set);
  return Object.fromEntries(sets.map((record) => [record.set?.id, record.set?.weight]));
}
