import { appDecider } from "../domain/app/decider.ts";
import { environmentDecider } from "../domain/environment/decider.ts";
import { keysDecider } from "../domain/keys.ts";
import { releaseDecider } from "../domain/release-log.ts";
import { runDecider } from "../domain/run/decider.ts";
import { Apps } from "./apps/face.ts";
import { Environments } from "./environments/face.ts";
import { OldSide } from "./environments/old-side.ts";
import { EnvironmentStep } from "./environments/step.ts";
import type { World } from "./environments/world.ts";
import { Feed } from "./feed.ts";
import type { Host } from "./host.ts";
import { Journal } from "./journal.ts";
import { Keys } from "./keys/face.ts";
import type { Operator } from "./operator.ts";
import type { Paces } from "./paces.ts";
import type { PassOptions } from "./reconciler.ts";
import { Reconciler } from "./reconciler.ts";
import { Releases } from "./releases.ts";
import { Runs } from "./runs/face.ts";
import type { Pipeline } from "./runs/pipeline.ts";
import { StatusTeller } from "./runs/tell-status.ts";
import { WatchedTable } from "./watched-table.ts";

export interface OperatorParts {
  readonly host: Host;
  readonly world: World;
  /** Absent where builds and merges happen in a CI system. */
  readonly pipeline?: Pipeline;
  readonly paces: Paces;
  /** 256 random bits as text. */
  newSecret(): string;
}

/** An operator, and what carries out what is decided: the loop while it is started, or passes. */
export interface RunningOperator extends Operator {
  start(): void;
  /** For a process that doesn't stay: does all that is due now, as `Reconciler.pass` says. */
  pass(options?: PassOptions): Promise<number | undefined>;
  /** Ends the loop after the steps it is in; what is under way goes on at the next start. */
  stop(): Promise<void>;
}

export function createOperator(parts: OperatorParts): RunningOperator {
  const { world, pipeline, paces } = parts;
  const table = new WatchedTable(parts.host.store);
  const host: Host = { ...parts.host, store: table };
  const feed = new Feed();
  const environmentJournal = new Journal(host, environmentDecider, feed);
  const appJournal = new Journal(host, appDecider, feed);
  const runJournal = new Journal(host, runDecider, feed);
  const releaseJournal = new Journal(host, releaseDecider, feed);
  const keysJournal = new Journal(host, keysDecider, feed);

  const apps = new Apps(host, appJournal, environmentJournal, pipeline);
  const keys = new Keys(host, keysJournal, parts.newSecret);
  const environments = new Environments(host, world, environmentJournal, apps);
  const releases = new Releases(host, releaseJournal);
  const step = new EnvironmentStep(
    host,
    world,
    environmentJournal,
    new OldSide(world.meter),
    paces,
  );
  const reconciler = new Reconciler({
    host,
    feed,
    paces,
    apps,
    step,
    environments: environmentJournal,
    appJournal,
    ...(pipeline
      ? {
          runWorld: {
            host,
            pipeline,
            statuses: new StatusTeller(pipeline.statuses),
            apps,
            releases,
            appJournal,
            runs: runJournal,
            environments: environmentJournal,
            paceMs: paces.runMs,
          },
        }
      : {}),
  });

  return {
    apps,
    environments,
    releases,
    runs: new Runs(runJournal, appJournal, pipeline),
    keys,
    feed: (signal) => feed.follow(signal),
    ready: () => table.check(),
    start: () => reconciler.start(),
    pass: (options) => reconciler.pass(options),
    async stop() {
      await reconciler.stop();
      const journals = [environmentJournal, appJournal, runJournal, releaseJournal, keysJournal];
      await Promise.all([keys, ...journals].map((written) => written.flush()));
    },
  };
}
