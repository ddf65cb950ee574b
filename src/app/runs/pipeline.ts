import type { AppConfiguration } from "../../domain/app/configuration.ts";
import type { AppCommand, AppEvent, AppState } from "../../domain/app/decider.ts";
import type { RunCommand, RunEvent } from "../../domain/run/decider.ts";
import type { RunState } from "../../domain/run/state.ts";
import type { Builder } from "../../ports/builder.ts";
import type { CommitStatuses } from "../../ports/commit-statuses.ts";
import type { LogStore } from "../../ports/log-store.ts";
import type { Repository } from "../../ports/repository.ts";
import type { Journal } from "../journal.ts";

export type AppJournal = Journal<AppState, AppCommand, AppEvent>;
export type RunJournal = Journal<RunState, RunCommand, RunEvent>;

/** Where commits come from and what is made of them; absent where a CI system does this. */
export interface Pipeline {
  /** The repository of an app, or undefined when this operator doesn't watch one. */
  repositoryOf(app: string): Repository | undefined;
  builderOf(app: string): Builder | undefined;
  readonly statuses: CommitStatuses;
  readonly logs: LogStore;
  /** Reads `verdigris.yaml`; problems are lines for people. */
  readConfiguration(app: string, text: string): Promise<ReadConfiguration>;
  /** Makes the merge commit, or answers the one that this command made before; the reason says why not. */
  merge(
    app: string,
    branch: string,
    into: string,
    author: { readonly name: string; readonly email: string },
    commandId: string,
  ): Promise<
    { readonly ok: true; readonly commit: string } | { readonly ok: false; readonly reason: string }
  >;
}

export type ReadConfiguration =
  | { readonly ok: true; readonly configuration: AppConfiguration }
  | { readonly ok: false; readonly problems: readonly string[] };

export const CONFIGURATION_FILE = "verdigris.yaml";
