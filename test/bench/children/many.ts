import { readFile, writeFile } from "node:fs/promises";
import { SqliteEventStore } from "../../../src/adapters/local/sqlite-event-store.ts";
import { SystemClock } from "../../../src/adapters/local/system-clock.ts";
import type { RecordChange, RecordSet } from "../../../src/domain/records.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { ZoneAnswer } from "../../../src/ports/traffic-zone.ts";
import { IndexedZone } from "../world/indexed-zone.ts";
import { appWith, configure, meta, operatorOn, reached, ready } from "../world/operator.ts";

export interface ManySettings {
  readonly table: string;
  /** Where the zone's records are kept from `fill` to `watch`. */
  readonly records: string;
  readonly apps: number;
  readonly environmentsPerApp: number;
  readonly flips: number;
  readonly passes: number;
}

export interface ManyFigures {
  readonly megabytes: number;
  readonly firstPassMs: number;
  readonly passMs: readonly number[];
  readonly duringPassMs: readonly number[];
  readonly betweenMs: readonly number[];
}

const AN_HOUR_MS = 3_600_000;

/** A pace that nothing else has, by which the pass over everything is known. */
const SWEEP_MS = 2_003;

/** Makes the table: apps with environments whose records are in the zone. Says when it is done. */
export async function fillMany(settings: ManySettings): Promise<void> {
  const { table, records, apps, environmentsPerApp } = settings;
  const store = await SqliteEventStore.open(table);
  const zone = new IndexedZone();
  const clock = new SystemClock();
  const operator = operatorOn({ store, zone, clock, sweepMs: AN_HOUR_MS, driftMs: AN_HOUR_MS });
  operator.start();
  const names = Array.from({ length: environmentsPerApp }, (_, number) => `e${number}`);
  for (let app = 0; app < apps; app += 1) await configure(operator, appWith(`app${app}`, names));
  const fences = () => zone.all().filter(({ type }) => type === "TXT").length;
  while (fences() < apps * environmentsPerApp) await new Promise((done) => setTimeout(done, 100));
  for (let app = 0; app < apps; app += 1) {
    for (const name of names) {
      await reached(operator, `app${app}/${name}`, ({ traffic }) => traffic.phase === "in-sync");
    }
  }
  await operator.stop();
  await store.close();
  await writeFile(records, JSON.stringify(zone.all()));
  console.log("filled");
}

/** Starts an operator on the table and says its figures. */
export async function watchMany(settings: ManySettings): Promise<void> {
  const { table, records, flips, passes } = settings;
  const kept = JSON.parse(await readFile(records, "utf8")) as RecordSet[];
  const zone = new WatchedZone(kept);
  const store = await SqliteEventStore.open(table);
  const clock = new PassClock();
  const before = process.memoryUsage().rss;
  const operator = operatorOn({ store, zone, clock, sweepMs: SWEEP_MS, driftMs: AN_HOUR_MS });
  clock.passBegins();
  operator.start();
  await clock.passOver();
  const names = Array.from({ length: flips }, (_, app) => `app${app}/e0`);
  await Promise.all(names.map((name) => ready(operator, name)));
  for (let pass = 0; pass < passes; pass += 1) await clock.passOver();
  const megabytes = (process.memoryUsage().rss - before) / 2 ** 20;
  const [firstPassMs = Number.NaN] = clock.passMs;
  const passMs = clock.passMs.slice(-passes);
  const flip = async (name: string, to: "green" | "blue") => {
    const changed = zone.changed();
    const begun = performance.now();
    await operator.environments.execute(name, { type: "flip", to, meta: meta() });
    await changed;
    return performance.now() - begun;
  };
  const duringPassMs: number[] = [];
  const betweenMs: number[] = [];
  for (const name of names) {
    await clock.passBegun();
    duringPassMs.push(await flip(name, "green"));
  }
  for (const name of names) {
    await reached(operator, name, ({ flip: open }) => open === undefined);
    await clock.passOver();
    betweenMs.push(await flip(name, "blue"));
  }
  await operator.stop();
  await store.close();
  const figures: ManyFigures = { megabytes, firstPassMs, passMs, duringPassMs, betweenMs };
  console.log(JSON.stringify(figures));
}

/** Tells when the zone was changed. */
class WatchedZone extends IndexedZone {
  #waiting: (() => void)[] = [];

  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  override async apply(change: RecordChange): Promise<ZoneAnswer> {
    const answer = await super.apply(change);
    for (const resolve of this.#waiting.splice(0)) resolve();
    return answer;
  }
}

/** The system's clock, which knows the pass over everything by the wait after it. */
class PassClock implements Clock {
  readonly #clock = new SystemClock();
  readonly passMs: number[] = [];
  #begunAt = 0;
  #onBegin: (() => void)[] = [];
  #onEnd: (() => void)[] = [];

  now(): number {
    return this.#clock.now();
  }

  elapsed(): number {
    return this.#clock.elapsed();
  }

  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    const afterPass = ms === SWEEP_MS;
    if (afterPass) {
      this.passMs.push(performance.now() - this.#begunAt);
      for (const resolve of this.#onEnd.splice(0)) resolve();
    }
    await this.#clock.wait(ms, signal);
    if (afterPass) this.passBegins();
  }

  passBegins(): void {
    this.#begunAt = performance.now();
    for (const resolve of this.#onBegin.splice(0)) resolve();
  }

  /** Resolves when the next pass begins. */
  passBegun(): Promise<void> {
    return new Promise((resolve) => this.#onBegin.push(resolve));
  }

  /** Resolves when the pass that is under way, or the next one, has ended. */
  passOver(): Promise<void> {
    return new Promise((resolve) => this.#onEnd.push(resolve));
  }
}
