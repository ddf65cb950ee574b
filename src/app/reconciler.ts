import type { AppState } from "../domain/app/decider.ts";
import { configureEnvironments } from "./apps/configure.ts";
import type { EnvironmentJournal, EnvironmentStep } from "./environments/step.ts";
import type { Feed } from "./feed.ts";
import type { Host } from "./host.ts";
import type { AppsFace } from "./operator.ts";
import type { Paces } from "./paces.ts";
import type { AppJournal } from "./runs/pipeline.ts";
import type { RunWorld } from "./runs/step.ts";
import { stepRun } from "./runs/step.ts";
import { appStream, environmentStream } from "./streams.ts";
import { Workers } from "./workers.ts";

export interface ReconcilerParts {
  readonly host: Host;
  readonly feed: Feed;
  readonly paces: Paces;
  readonly apps: AppsFace;
  readonly step: EnvironmentStep;
  readonly environments: EnvironmentJournal;
  readonly appJournal: AppJournal;
  readonly runWorld?: RunWorld;
}

export interface PassOptions {
  /** Only over this app, or over all. */
  readonly app?: string;
  /** Only over environments of this short name. */
  readonly environment?: string;
  /** Whether to look for drift too. */
  readonly drift?: boolean;
}

/** A step that is due at once again and again isn't followed for ever within one pass. */
const MAX_STEPS = 50;

/**
 * Carries out what is decided. Decisions made here are followed at once; those of other operators,
 * and all that was under way when a process died, are found by sweeping over every log.
 */
export class Reconciler {
  readonly #parts: ReconcilerParts;
  readonly #ended = new AbortController();
  readonly #environments: Workers;
  readonly #apps: Workers;
  readonly #runs: Workers;
  #loops: readonly Promise<void>[] = [];
  #unfollow = (): void => undefined;

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
    const { host, step } = parts;
    this.#environments = new Workers(host, (name) => step.run(name));
    this.#apps = new Workers(host, (name) => this.#stepApp(name));
    this.#runs = new Workers(host, (key) => this.#stepRun(key));
  }

  start(): void {
    const { feed, paces } = this.#parts;
    this.#unfollow = feed.onBatch(({ stream }) => this.#followUp(stream));
    this.#loops = [
      this.#every(paces.sweepMs, () => this.#sweep()),
      this.#every(paces.driftMs, () => this.#checkDrift()),
    ];
  }

  async stop(): Promise<void> {
    this.#unfollow();
    this.#ended.abort();
    await Promise.all(this.#loops);
    await Promise.all([this.#environments.stop(), this.#apps.stop(), this.#runs.stop()]);
  }

  /**
   * Does all that is due now in each environment, for a process that doesn't stay: one that answers a
   * request or a schedule, or a command line. Returns after how many milliseconds there is
   * more to look at; undefined when nothing is under way. What fails in one environment keeps no other.
   */
  async pass({ app, environment, drift = false }: PassOptions = {}): Promise<number | undefined> {
    const { apps, host, environments } = this.#parts;
    const due: number[] = [];
    for (const one of await apps.list()) {
      if (app !== undefined && one.name !== app) continue;
      const configured = await configureEnvironments(host, environments, one);
      if (!configured) due.push(this.#parts.paces.unavailableMs);
      const names = environmentNames(one).filter(
        (name) => environment === undefined || name === `${one.name}/${environment}`,
      );
      const again = await Promise.all(names.map((name) => this.#passOver(name, drift)));
      due.push(...again.filter((ms) => ms !== undefined));
    }
    return due.length > 0 ? Math.min(...due) : undefined;
  }

  async #passOver(name: string, drift: boolean): Promise<number | undefined> {
    const { environments, host, paces, step } = this.#parts;
    try {
      await environments.load(environmentStream(name));
      if (drift) await step.checkDrift(name);
      for (let i = 0; i < MAX_STEPS; i++) {
        const again = await step.run(name);
        if (again !== 0) return again;
      }
    } catch (error) {
      host.log("error", `work on ${name} failed and is tried again`, { error });
    }
    return paces.unavailableMs;
  }

  #followUp(stream: string): void {
    const kind = stream.slice(0, stream.indexOf("#"));
    const name = stream.slice(kind.length + 1);
    if (kind === "env") {
      this.#environments.nudge(name);
      this.#apps.nudge(name.slice(0, name.indexOf("/")));
    }
    if (kind === "app") this.#apps.nudge(name);
  }

  async #every(ms: number, work: () => Promise<void>): Promise<void> {
    const { host } = this.#parts;
    while (!this.#ended.signal.aborted) {
      try {
        await work();
      } catch (error) {
        host.log("error", "a pass over everything failed and is made again", { error });
      }
      await host.clock.wait(ms, this.#ended.signal);
    }
  }

  /** Reads every log on, which brings what others decided into the feed, and sets all work going. */
  async #sweep(): Promise<void> {
    const { apps, environments, host } = this.#parts;
    for (const app of await apps.list()) {
      await apps.notice(app.name).catch((error: unknown) => {
        host.log("error", `new commits of ${app.name} can't be looked for`, { error });
      });
      for (const name of environmentNames(app)) {
        await environments.load(environmentStream(name));
        this.#environments.nudge(name);
      }
      this.#apps.nudge(app.name);
    }
  }

  async #checkDrift(): Promise<void> {
    const { apps, host, step } = this.#parts;
    for (const app of await apps.list()) {
      for (const name of environmentNames(app)) {
        if (this.#ended.signal.aborted) return;
        await step.checkDrift(name).catch((error: unknown) => {
          host.log("warn", `drift of ${name} could not be checked`, { error });
        });
      }
    }
  }

  /** Environments follow the app's configuration; its open runs are set going. */
  async #stepApp(name: string): Promise<number | undefined> {
    const { host, appJournal, environments, paces } = this.#parts;
    const app = await appJournal.recent(appStream(name));
    if (app.readOnly) return undefined;
    for (const { run } of app.openRuns) this.#runs.nudge(`${name}/${run}`);
    const followed = await configureEnvironments(host, environments, app);
    return followed ? undefined : paces.sweepMs;
  }

  async #stepRun(key: string): Promise<number | undefined> {
    const { runWorld } = this.#parts;
    if (!runWorld) return undefined;
    const slash = key.indexOf("/");
    return stepRun(runWorld, key.slice(0, slash), Number(key.slice(slash + 1)), this.#ended.signal);
  }
}

function environmentNames(app: AppState): readonly string[] {
  return Object.keys(app.configuration?.environments ?? {}).map((name) => `${app.name}/${name}`);
}
