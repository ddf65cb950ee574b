import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { CloudClient } from "../../src/adapters/local/cloud/cloud-client.ts";
import { LocalTrafficZone } from "../../src/adapters/local/cloud/local-traffic-zone.ts";
import { SqliteEventStore } from "../../src/adapters/local/sqlite-event-store.ts";
import { SystemClock } from "../../src/adapters/local/system-clock.ts";
import type { RunningOperator } from "../../src/app/create-operator.ts";
import type { RecordSet } from "../../src/domain/records.ts";
import { isRefusal } from "../../src/domain/refusal.ts";
import { machineMs } from "./children/answers.ts";
import { type Bench, type Benchmark, inTurns, type Line } from "./frame/benchmark.ts";
import { freePort, PLACES, startChild } from "./frame/programs.ts";
import { AnswerWatch } from "./world/answer-watch.ts";
import { appWith, configure, meta, operatorOn, reached, ready } from "./world/operator.ts";

const ENVIRONMENT = "rainbow/production";
const RECORD = "production.rainbow.test";
const BY_HAND = "byhand.rainbow.test";
const AN_HOUR_MS = 3_600_000;

/** As `blueGreen` in test/support/engine.ts has them. */
const ADDRESS = { blue: "127.0.1.2", green: "127.0.1.3" } as const;
type Colour = keyof typeof ADDRESS;

export const flipBenchmark: Benchmark = {
  name: "flip",
  title:
    "from the command to changed answers on the wire, beside its two backend calls made by hand",
  run: measure,
};

async function measure(bench: Bench): Promise<readonly Line[]> {
  const directory = join(bench.folder, "cloud");
  await mkdir(directory);
  const cloud = startChild(PLACES.others, "cloud", { directory, gatewayPort: await freePort() });
  const dnsPort = Number(await cloud.firstLine());
  const client = new CloudClient(directory);
  const store = await SqliteEventStore.open(join(bench.folder, "table.db"));
  const calls = new CallLog();
  const zone = calls.watch("zone", new LocalTrafficZone(client), ["apply", "observe", "ask"]);
  const operator = operatorOn({
    store: calls.watch("table", store, ["append", "read", "project", "projection", "list"]),
    zone,
    clock: new SystemClock(),
    sweepMs: AN_HOUR_MS,
    driftMs: AN_HOUR_MS,
  });
  try {
    await configure(operator, appWith("rainbow", ["production"]));
    operator.start();
    await ready(operator, ENVIRONMENT);
    const watch = await AnswerWatch.on({ port: dnsPort, names: [RECORD, BY_HAND] });
    const flips = new Flips(operator, watch, calls);
    const byHand = await ByHand.begin(store, zone, watch);
    const of = await inTurns(bench, bench.quick ? 5 : 20, [
      { name: "flip", round: () => inQuiet(() => flips.one()) },
      { name: "floor", round: () => inQuiet(() => byHand.one()) },
    ]);
    await watch.end();
    return [
      {
        what: "a flip, command to answer",
        unit: "ms",
        ours: of("flip", "ms"),
        peer: { name: "one append, one zone change, by hand", samples: of("floor", "ms") },
        goal: { atMost: 1.3 },
      },
      {
        what: "backend calls up to the one that changes the zone",
        unit: "calls in sequence",
        ours: of("flip", "calls"),
        goal: { atMost: 2 },
        note: flips.sequence,
      },
    ];
  } finally {
    await operator.stop();
    client.close();
    await store.close();
    await cloud.end();
  }
}

/** What the operator writes behind a flip is written by then. */
const BEHIND_MS = 250;

async function inQuiet<T>(round: () => Promise<T>): Promise<T> {
  await new Promise((resolve) => setTimeout(resolve, BEHIND_MS));
  return round();
}

/** Which calls of the backends were begun, in order, up to the one that changes the zone. */
class CallLog {
  #begun: string[] = [];
  #counting = false;

  begin(): void {
    this.#begun = [];
    this.#counting = true;
  }

  get begun(): readonly string[] {
    return this.#begun;
  }

  /** The same object, with these verbs put on record when they are called. */
  watch<T extends object>(name: string, backend: T, verbs: readonly string[]): T {
    return new Proxy(backend, {
      get: (target, key) => {
        const value = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        return (...given: unknown[]) => {
          const watched = this.#counting && verbs.includes(String(key));
          if (watched) this.#begun.push(`${name}.${String(key)}`);
          if (key === "apply") this.#counting = false;
          return Reflect.apply(value, target, given);
        };
      },
    });
  }
}

/** One environment, flipped to and fro. */
class Flips {
  readonly #operator: RunningOperator;
  readonly #watch: AnswerWatch;
  readonly #calls: CallLog;
  #live: Colour = "blue";
  sequence = "";

  constructor(operator: RunningOperator, watch: AnswerWatch, calls: CallLog) {
    this.#operator = operator;
    this.#watch = watch;
    this.#calls = calls;
  }

  async one(): Promise<Record<string, number>> {
    const to = this.#live === "blue" ? "green" : "blue";
    const seen = this.#watch.until(RECORD, ADDRESS[to]);
    this.#calls.begin();
    const begun = machineMs();
    const command = { type: "flip", to, meta: meta() } as const;
    const decided = this.#operator.environments.execute(ENVIRONMENT, command);
    const ms = (await seen) - begun;
    this.sequence = this.#calls.begun.join(", ");
    const calls = this.#calls.begun.length;
    const outcome = await decided;
    if (isRefusal(outcome)) throw new Error(outcome.message);
    // Asked only now, since it reads the table.
    await reached(this.#operator, ENVIRONMENT, ({ flip }) => flip === undefined);
    this.#live = to;
    return { ms, calls };
  }
}

/** The same two calls without Verdigris between them. */
class ByHand {
  readonly #store: SqliteEventStore;
  readonly #zone: LocalTrafficZone;
  readonly #watch: AnswerWatch;
  #revision = 1;

  private constructor(store: SqliteEventStore, zone: LocalTrafficZone, watch: AnswerWatch) {
    this.#store = store;
    this.#zone = zone;
    this.#watch = watch;
  }

  static async begin(store: SqliteEventStore, zone: LocalTrafficZone, watch: AnswerWatch) {
    const hand = new ByHand(store, zone, watch);
    await hand.#append();
    await zone.apply({ remove: [], add: hand.#records(1) });
    return hand;
  }

  async one(): Promise<Record<string, number>> {
    const before = this.#records(this.#revision);
    this.#revision += 1;
    const after = this.#records(this.#revision);
    const seen = this.#watch.until(BY_HAND, ADDRESS[this.#live(this.#revision)]);
    const begun = machineMs();
    await this.#append();
    const answer = await this.#zone.apply({ remove: before, add: after });
    if (answer.kind !== "accepted") throw new Error(answer.reason);
    return { ms: (await seen) - begun };
  }

  async #append(): Promise<void> {
    await this.#store.append({
      stream: "env#rainbow/byhand",
      revision: this.#revision,
      id: randomUUID(),
      at: Date.now(),
      command: { ...meta(), type: "flip", fingerprint: "by hand" },
      events: [{ type: "TrafficDecided", records: this.#records(this.#revision) }],
    });
  }

  #live(revision: number): Colour {
    return revision % 2 === 0 ? "green" : "blue";
  }

  /** As many records as an environment has: both sides, the preview and the fence. */
  #records(revision: number): readonly RecordSet[] {
    const live = this.#live(revision);
    const sides = ["blue", "green"] as const;
    const ttlSeconds = 1;
    return [
      ...sides.map((id): RecordSet => {
        const set = { id, weight: id === live ? 100 : 0 };
        return { name: BY_HAND, type: "A", set, ttlSeconds, values: [ADDRESS[id]] };
      }),
      { name: `standby.${BY_HAND}`, type: "A", ttlSeconds, values: [ADDRESS[live]] },
      { name: `_verdigris.${BY_HAND}`, type: "TXT", ttlSeconds, values: [`revision=${revision}`] },
    ];
  }
}
