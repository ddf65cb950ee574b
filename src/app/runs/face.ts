import type { Refusal } from "../../domain/refusal.ts";
import { refuse } from "../../domain/refusal.ts";
import type { RunState } from "../../domain/run/state.ts";
import type { LogName } from "../../ports/log-store.ts";
import type { RunsFace } from "../operator.ts";
import { appStream, runStream } from "../streams.ts";
import type { AppJournal, Pipeline, RunJournal } from "./pipeline.ts";

export class Runs implements RunsFace {
  readonly #journal: RunJournal;
  readonly #apps: AppJournal;
  readonly #pipeline: Pipeline | undefined;

  constructor(journal: RunJournal, apps: AppJournal, pipeline: Pipeline | undefined) {
    this.#journal = journal;
    this.#apps = apps;
    this.#pipeline = pipeline;
  }

  async list(
    app: string,
    query: { readonly before?: number; readonly limit: number },
  ): Promise<readonly RunState[]> {
    const { lastRun } = await this.#apps.load(appStream(app));
    const newest = Math.min(lastRun, (query.before ?? lastRun + 1) - 1);
    const numbers = Array.from({ length: Math.min(query.limit, newest) }, (_, i) => newest - i);
    const runs = await Promise.all(numbers.map((n) => this.#journal.load(runStream(app, n))));
    return runs.filter((run) => run.started);
  }

  async get(app: string, number: number): Promise<RunState | Refusal> {
    const run = await this.#journal.load(runStream(app, number));
    if (run.started) return run;
    return refuse(
      "unknown_run",
      `${app} has no run ${number}. \`verdigris runs\` lists the newest.`,
      { run: number },
    );
  }

  async log(log: LogName, fromLine: number, limit: number): Promise<readonly string[]> {
    return (await this.#pipeline?.logs.read(log, fromLine, limit)) ?? [];
  }

  locateLog(log: LogName): string {
    return this.#pipeline?.logs.locate(log) ?? "";
  }
}
