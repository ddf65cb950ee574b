import type { AppConfiguration } from "../../domain/app/configuration.ts";
import type { AppState } from "../../domain/app/decider.ts";
import type { CommandMeta, StreamName } from "../../domain/batch.ts";
import { configurationFaults } from "../../domain/configuration.ts";
import type { Refusal } from "../../domain/refusal.ts";
import { isRefusal, refuse } from "../../domain/refusal.ts";
import { canonicalHash } from "../canonical-hash.ts";
import type { EnvironmentJournal } from "../environments/step.ts";
import type { Host } from "../host.ts";
import type { AppsFace, ConfigureOutcome, MergeOutcome } from "../operator.ts";
import { noticeCommits } from "../runs/notice.ts";
import type { AppJournal, Pipeline } from "../runs/pipeline.ts";
import { appStream } from "../streams.ts";
import { describeChanges } from "./changes.ts";
import { configureEnvironments } from "./configure.ts";

const MOST_APPS = 1000;

export class Apps implements AppsFace {
  readonly #host: Host;
  readonly #journal: AppJournal;
  readonly #environments: EnvironmentJournal;
  readonly #pipeline: Pipeline | undefined;

  constructor(
    host: Host,
    journal: AppJournal,
    environments: EnvironmentJournal,
    pipeline: Pipeline | undefined,
  ) {
    this.#host = host;
    this.#journal = journal;
    this.#environments = environments;
    this.#pipeline = pipeline;
  }

  async list(): Promise<readonly AppState[]> {
    const streams = await this.#host.store.list({ prefix: "app#", limit: MOST_APPS });
    const apps = await Promise.all(streams.map((stream) => this.#journal.load(stream)));
    return apps.filter((app) => app.configuration);
  }

  async get(name: string): Promise<AppState | Refusal> {
    const app = await this.#journal.load(appStream(name));
    return app.configuration ? app : unknownApp(name);
  }

  async configure(
    configuration: AppConfiguration,
    meta: CommandMeta,
    options: { readonly dryRun?: boolean; readonly run?: number } = {},
  ): Promise<ConfigureOutcome | Refusal> {
    const faults = Object.entries(configuration.environments).flatMap(([name, environment]) =>
      configurationFaults(environment).map((fault) => `${name}: ${fault}`),
    );
    if (faults.length > 0) {
      return refuse(
        "invalid_configuration",
        `${configuration.app} can't be configured so: ${faults.join("; ")}. Nothing was changed.`,
        { faults },
      );
    }
    const stream = appStream(configuration.app);
    const before = await this.#journal.load(stream);
    const changes = describeChanges(before.configuration ?? {}, configuration);
    if (options.dryRun) {
      return { revision: before.revision, changed: changes.length > 0, changes };
    }
    const { run } = options;
    const outcome = await this.#journal.execute(stream, {
      type: "configure-app",
      configuration,
      hash: canonicalHash(this.#host, configuration),
      ...(run === undefined ? {} : { run }),
      meta,
    });
    if (isRefusal(outcome)) return outcome;
    await configureEnvironments(this.#host, this.#environments, outcome.state);
    const { revision, events, repeated } = outcome;
    return {
      revision,
      changed: events.length > 0,
      changes: repeated ? await this.#changesAt(stream, revision) : changes,
    };
  }

  /** What a command changed that comes again; the whole log is read for it. */
  async #changesAt(stream: StreamName, revision: number): Promise<readonly string[]> {
    const decided = await this.#journal.replay(stream);
    const at = decided.find(({ batch }) => batch.revision === revision);
    return at ? describeChanges(at.before.configuration ?? {}, at.after.configuration ?? {}) : [];
  }

  async merge(name: string, branch: string, meta: CommandMeta): Promise<MergeOutcome | Refusal> {
    const app = await this.get(name);
    if (isRefusal(app)) return app;
    const into = app.configuration?.branch ?? "master";
    if (!this.#pipeline?.repositoryOf(name)) {
      return refuse(
        "not_permitted",
        `This operator holds no repository of ${name}: merge where it is hosted.`,
        { app: name },
      );
    }
    const author = { name: meta.actor.name, email: `${meta.actor.name}@verdigris.invalid` };
    const merged = await this.#pipeline.merge(name, branch, into, author, meta.id);
    if (!merged.ok) return refuse("not_permitted", merged.reason, { branch, into });
    await this.notice(name);
    return { into, commit: merged.commit };
  }

  async notice(name: string) {
    if (!this.#pipeline) return [];
    return noticeCommits(this.#host, this.#journal, this.#pipeline, name);
  }
}

export function unknownApp(name: string): Refusal {
  return refuse(
    "unknown_app",
    `There is no app ${name}. \`verdigris apply\` registers the one of verdigris.yaml.`,
    { app: name },
  );
}
