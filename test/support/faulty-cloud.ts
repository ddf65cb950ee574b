import { createHash, randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { CloudClient } from "../../src/adapters/local/cloud/cloud-client.ts";
import { freeListener, RunningCloud } from "../../src/adapters/local/cloud/local-cloud.fixture.ts";
import { LocalSideRuntime } from "../../src/adapters/local/cloud/local-side-runtime.ts";
import { LocalTrafficMeter } from "../../src/adapters/local/cloud/local-traffic-meter.ts";
import { LocalTrafficZone } from "../../src/adapters/local/cloud/local-traffic-zone.ts";
import { SystemClock } from "../../src/adapters/local/system-clock.ts";
import { MemoryEventStore } from "../../src/adapters/memory/memory-event-store.ts";
import type { RunningOperator } from "../../src/app/create-operator.ts";
import { createOperator } from "../../src/app/create-operator.ts";
import type { World } from "../../src/app/environments/world.ts";
import type { Batch } from "../../src/domain/batch.ts";
import type { EnvironmentCommand } from "../../src/domain/environment/commands.ts";
import type { EnvironmentEvent } from "../../src/domain/environment/events.ts";
import type { EnvironmentState, ReleaseRef } from "../../src/domain/environment/state.ts";
import { isRefusal } from "../../src/domain/refusal.ts";
import type { EventStore } from "../../src/ports/event-store.ts";
import { blueGreen, by, PRODUCTION, rainbow, release, stateOf } from "./engine.ts";
import { FaultyHttp } from "./faulty-http.ts";
import { until } from "./machine.ts";

const THROTTLED = {
  status: 503,
  type: "application/json",
  body: { error: { code: "unavailable", message: "Too many requests. Nothing was changed." } },
};

export interface FaultyCloudOptions {
  /** In memory unless given. */
  readonly store?: EventStore;
  /** Until a call to the local cloud is given up. */
  readonly deadlineMs?: number;
  /** Of a call that is delayed. */
  readonly delayMs?: number;
}

/**
 * A real local cloud and its tasks, an operator on the real clock, and between the two a control
 * socket whose calls may meet with faults. TTL and drain are 0, so that a flip takes no longer than its calls.
 */
export class FaultyCloud {
  readonly wire: FaultyHttp;
  readonly store: EventStore;
  readonly world: World;
  readonly operator: RunningOperator;
  readonly gateway: string;
  readonly #running: RunningCloud;
  readonly #client: CloudClient;

  private constructor(
    running: RunningCloud,
    wire: FaultyHttp,
    client: CloudClient,
    store: EventStore,
  ) {
    this.#running = running;
    this.wire = wire;
    this.#client = client;
    this.store = store;
    this.world = {
      zone: new LocalTrafficZone(client),
      runtime: new LocalSideRuntime(client),
      meter: new LocalTrafficMeter(client),
    };
    this.gateway = `http://localhost:${running.cloud.status.gateway.port}`;
    this.operator = this.another();
  }

  /** With release `a` live on blue and `b` on green (standby), where it has been live. */
  static async start(options: FaultyCloudOptions = {}): Promise<FaultyCloud> {
    const running = await RunningCloud.start();
    const between = join(running.place.root, "between");
    await mkdir(between);
    const wire = await FaultyHttp.start({
      listen: join(between, "control.sock"),
      upstream: { socketPath: join(running.place.directory, "control.sock") },
      throttled: THROTTLED,
      ...(options.delayMs === undefined ? {} : { delayMs: options.delayMs }),
    });
    const client = new CloudClient(between, { deadlineMs: options.deadlineMs ?? 300 });
    const cloud = new FaultyCloud(running, wire, client, options.store ?? new MemoryEventStore());
    await cloud.#begin();
    return cloud;
  }

  /** A further operator on the same world, not started. */
  another(): RunningOperator {
    return createOperator({
      host: {
        store: this.store,
        clock: new SystemClock(),
        newId: () => randomUUID(),
        hash: (text) => createHash("sha256").update(text).digest("hex"),
        sameHash: (one, other) => one === other,
        random: () => Math.random(),
        log: () => undefined,
      },
      world: this.world,
      paces: {
        deploymentMs: 20,
        inSyncMs: 10,
        drainMs: 20,
        unavailableMs: 20,
        driftedMs: 50,
        sweepMs: 300,
        driftMs: 300,
        runMs: 100,
      },
      newSecret: () => "secret",
    });
  }

  state(): Promise<EnvironmentState> {
    return insist(() => stateOf(this.operator));
  }

  async command(command: EnvironmentCommand): Promise<void> {
    const outcome = await insist(() => this.operator.environments.execute(PRODUCTION, command));
    if (isRefusal(outcome)) throw new Error(`refused: ${outcome.code}: ${outcome.message}`);
  }

  /** Decides and carries out; resolves with what was put on record from the command to the end. */
  async events(command: EnvironmentCommand): Promise<readonly EnvironmentEvent[]> {
    const { revision } = await this.state();
    await this.command(command);
    await until(`${command.type} to be carried out`, async () => {
      const { flip, sides, traffic } = await this.state();
      const isDeploying = Object.values(sides).some((s) => s.deployment?.state === "in-flight");
      return (!flip && !isDeploying && traffic.phase === "in-sync") || undefined;
    });
    return (await this.decided(revision)).flatMap(({ events }) => events);
  }

  /** What is on record after a revision. */
  decided(after: number): Promise<readonly Batch<EnvironmentEvent>[]> {
    return insist(() => this.store.read<EnvironmentEvent>(`env#${PRODUCTION}`, after));
  }

  /** What the local cloud itself says of a side, past the wire. */
  service(side: "blue" | "green") {
    return this.#running.client.service(`${PRODUCTION}/${side}`);
  }

  /** The zone's records, past the wire. */
  records(names: readonly string[]) {
    return this.#running.client.records(names);
  }

  release(letter: string): ReleaseRef {
    const { artifact, ...rest } = release(letter);
    return { ...rest, artifact: { ...artifact, location: this.#running.place.root } };
  }

  async close(): Promise<void> {
    await this.operator.stop();
    this.#client.close();
    await this.wire.close();
    await this.#running.close();
  }

  async #begin(): Promise<void> {
    const { flip, process } = blueGreen();
    const production = blueGreen({
      ttlSeconds: 0,
      sides: { blue: await freeListener(), green: await freeListener() },
      process: { ...process, start: "exec node app.mjs" },
      flip: { ...flip, drainSeconds: 0 },
    });
    const meta = by("admin");
    await insist(() => this.operator.apps.configure(rainbow({ production }), meta));
    this.operator.start();
    await until("the records of an empty environment", async () => {
      return (await this.state()).traffic.phase === "in-sync" || undefined;
    });
    for (const [letter, to] of [
      ["a", "blue"],
      ["b", "green"],
    ] as const) {
      await this.events({ type: "deploy", release: this.release(letter), meta: by("ci") });
      await this.command({ type: "request-flip", meta: by("ci") });
      const requestId = (await this.state()).requests.at(-1)?.id ?? "";
      await this.command({ type: "approve", requestId, meta: by("ben") });
      await this.events({ type: "flip", to, meta: by("ben") });
    }
    await this.events({ type: "revert", meta: by("ben") });
  }
}

/** Asks again, under the same command id, for as long as the table doesn't confirm. */
async function insist<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const confirmed = await until("the table to confirm", () =>
    ask().then(
      (answer) => ({ answer }),
      (error: Error) => {
        if (error.name !== "DynamoDbRequestError") throw error;
        return undefined;
      },
    ),
  );
  return confirmed.answer;
}
