import { join } from "node:path";
import { CloudClient } from "../../src/adapters/local/cloud/cloud-client.ts";
import { LocalSideRuntime } from "../../src/adapters/local/cloud/local-side-runtime.ts";
import { LocalTrafficMeter } from "../../src/adapters/local/cloud/local-traffic-meter.ts";
import { LocalTrafficZone } from "../../src/adapters/local/cloud/local-traffic-zone.ts";
import { SqliteEventStore } from "../../src/adapters/local/sqlite-event-store.ts";
import { findDrift } from "../../src/app/environments/find-drift.ts";
import { appStream, environmentStream, runStream } from "../../src/app/streams.ts";
import { appDecider } from "../../src/domain/app/decider.ts";
import type { Batch, StreamName } from "../../src/domain/batch.ts";
import type { Decider, Folded } from "../../src/domain/decider.ts";
import { environmentDecider } from "../../src/domain/environment/decider.ts";
import type { DriftItem, EnvironmentState } from "../../src/domain/environment/state.ts";
import { runDecider } from "../../src/domain/run/decider.ts";
import type { RunState } from "../../src/domain/run/state.ts";

/** The decisions of one machine and the world they are about, seen past the operator: it may be dead. */
export class Table {
  readonly #app: string;
  readonly #store: SqliteEventStore;
  readonly #cloud: CloudClient;
  readonly #folded = new Map<StreamName, Folded>();

  private constructor(app: string, store: SqliteEventStore, cloud: CloudClient) {
    this.#app = app;
    this.#store = store;
    this.#cloud = cloud;
  }

  static async open(dataDirectory: string, app: string): Promise<Table> {
    const store = await SqliteEventStore.open(join(dataDirectory, "verdigris.db"));
    return new Table(app, store, new CloudClient(join(dataDirectory, "cloud")));
  }

  close(): void {
    this.#cloud.close();
    this.#store.close();
  }

  environment(name = "production"): Promise<EnvironmentState> {
    return this.#fold(environmentStream(`${this.#app}/${name}`), environmentDecider);
  }

  /** The decisions about an environment after a revision. */
  decided(name: string, afterRevision: number): Promise<readonly Batch<{ type: string }>[]> {
    return this.#store.read(environmentStream(`${this.#app}/${name}`), afterRevision);
  }

  async openRuns(): Promise<number> {
    return (await this.#fold(appStream(this.#app), appDecider)).openRuns.length;
  }

  /** The newest first. */
  async runs(): Promise<readonly RunState[]> {
    const streams = await this.#store.list({
      prefix: `run#${this.#app}/`,
      order: "descending",
      limit: 20,
    });
    return Promise.all(streams.map((stream) => this.#fold(stream, runDecider)));
  }

  async runEvents(run: RunState): Promise<readonly string[]> {
    const stream = runStream(this.#app, run.number);
    const batches = await this.#store.read<{ type: string }>(stream, 0);
    return batches.flatMap(({ events }) => events.map(({ type }) => type));
  }

  /** How records, answers and sides differ from the state. */
  async drift(state: EnvironmentState): Promise<readonly DriftItem[]> {
    const { items } = await findDrift(state, {
      zone: new LocalTrafficZone(this.#cloud),
      runtime: new LocalSideRuntime(this.#cloud),
      meter: new LocalTrafficMeter(this.#cloud),
    });
    return items;
  }

  async #fold<State extends Folded, Event extends { readonly type: string }>(
    stream: StreamName,
    decider: Pick<Decider<State, never, Event>, "evolve" | "initialState">,
  ): Promise<State> {
    const known = (this.#folded.get(stream) as State | undefined) ?? decider.initialState(stream);
    const batches = await this.#store.read<Event>(stream, known.revision);
    const state = batches.reduce((before, batch) => decider.evolve(before, batch), known);
    this.#folded.set(stream, state);
    return state;
  }
}
