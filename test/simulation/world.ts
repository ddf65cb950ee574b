import { createHash } from "node:crypto";
import { MemoryBuilder } from "../../src/adapters/memory/memory-builder.ts";
import { MemoryCommitStatuses } from "../../src/adapters/memory/memory-commit-statuses.ts";
import { MemoryEventStore } from "../../src/adapters/memory/memory-event-store.ts";
import { MemoryLogStore } from "../../src/adapters/memory/memory-log-store.ts";
import { MemoryRepository } from "../../src/adapters/memory/memory-repository.ts";
import { MemorySideRuntime } from "../../src/adapters/memory/memory-side-runtime.ts";
import { MemoryTrafficMeter } from "../../src/adapters/memory/memory-traffic-meter.ts";
import type { RunningOperator } from "../../src/app/create-operator.ts";
import { createOperator } from "../../src/app/create-operator.ts";
import type { Host } from "../../src/app/host.ts";
import type { Paces } from "../../src/app/paces.ts";
import type { Pipeline } from "../../src/app/runs/pipeline.ts";
import type { AppConfiguration } from "../../src/domain/app/configuration.ts";
import { PropagatingZone } from "./propagating-zone.ts";
import type { Process } from "./wire.ts";
import { Wire } from "./wire.ts";

export const APP = "rainbow";
export const START_MS = Date.UTC(2026, 0, 1);

/** Far apart, so that a run is about calls and not about polling. */
const PACES: Paces = {
  deploymentMs: 4_000,
  inSyncMs: 2_000,
  drainMs: 5_000,
  unavailableMs: 5_000,
  driftedMs: 15_000,
  sweepMs: 20_000,
  driftMs: 45_000,
  runMs: 10_000,
};

/** An operator that may die; a further life of it is another object. */
export class OperatorProcess implements Process {
  readonly name: string;
  isAlive = true;
  readonly death: Promise<void>;
  die: () => void = () => undefined;
  operator: RunningOperator | undefined;

  constructor(name: string) {
    this.name = name;
    this.death = new Promise((resolve) => {
      this.die = resolve;
    });
  }

  /** What a client gets that has a connection to this process. */
  ask<Answer>(work: (operator: RunningOperator) => Promise<Answer>): Promise<Answer> {
    const { operator } = this;
    if (!this.isAlive || !operator) return Promise.reject(new ConnectionLost(this.name));
    const cut = this.death.then(() => Promise.reject(new ConnectionLost(this.name)));
    return Promise.race([work(operator), cut]);
  }
}

export class ConnectionLost extends Error {
  constructor(process: string) {
    super(`the connection to ${process} was cut`);
    this.name = "ConnectionLost";
  }
}

/** Everything outside the operators, and the operators themselves. */
export class World {
  readonly wire: Wire;
  readonly store = new MemoryEventStore();
  readonly zone = new PropagatingZone();
  readonly runtime = new MemorySideRuntime();
  readonly meter = new MemoryTrafficMeter();
  readonly repository = new MemoryRepository();
  readonly statuses = new MemoryCommitStatuses();
  readonly #builder = new MemoryBuilder(() => this.repository);
  readonly #logs = new MemoryLogStore();
  readonly operators: OperatorProcess[] = [];
  readonly #hasPipeline: boolean;
  #lives = 0;

  constructor(options: { readonly isTracing: boolean; readonly hasPipeline: boolean }) {
    this.wire = new Wire(START_MS, options.isTracing);
    this.#hasPipeline = options.hasPipeline;
  }

  get alive(): readonly OperatorProcess[] {
    return this.operators.filter(({ isAlive }) => isAlive);
  }

  /** Starts a new process with an operator in it. */
  startOperator(): OperatorProcess {
    this.#lives += 1;
    const process = new OperatorProcess(`operator-${this.#lives}`);
    const port = <Port extends object>(name: string, target: Port) =>
      this.wire.port(process, name, target);
    const host = this.#host(process, port("store", this.store));
    process.operator = createOperator({
      host,
      world: {
        zone: port("zone", this.zone),
        runtime: port("runtime", this.runtime),
        meter: port("meter", this.meter),
      },
      ...(this.#hasPipeline ? { pipeline: this.#pipeline(port) } : {}),
      paces: PACES,
      newSecret: () => "secret",
    });
    this.operators.push(process);
    this.wire.note(() => `${process.name} starts`);
    process.operator.start();
    return process;
  }

  kill(process: OperatorProcess): void {
    process.isAlive = false;
    this.wire.kill(process);
    process.die();
  }

  #host(process: OperatorProcess, store: Host["store"]): Host {
    let ids = 0;
    return {
      store,
      clock: this.wire.clock(process),
      newId: () => {
        ids += 1;
        return `${process.name}.${ids}`;
      },
      hash: (text) => createHash("sha256").update(text).digest("hex"),
      sameHash: (one, other) => one === other,
      random: () => 0.5,
      log: (level, message, data) =>
        this.wire.note(() => `${process.name} says ${level}: ${message} ${JSON.stringify(data)}`),
    };
  }

  #pipeline(port: <Port extends object>(name: string, target: Port) => Port): Pipeline {
    const repository = port("repository", this.repository);
    const builder = port("builder", this.#builder);
    const logs = port("logs", this.#logs);
    return {
      repositoryOf: (app) => (app === APP ? repository : undefined),
      builderOf: (app) => (app === APP ? builder : undefined),
      statuses: port("statuses", this.statuses),
      logs: {
        append: (log, lines) => logs.append(log, lines),
        read: (log, fromLine, limit) => logs.read(log, fromLine, limit),
        locate: (log) => this.#logs.locate(log),
      },
      readConfiguration: async (_, text) => ({
        ok: true,
        configuration: JSON.parse(text) as AppConfiguration,
      }),
      merge: async () => ({ ok: false, reason: "people merge in the git host here" }),
    };
  }
}
