import type { AppConfiguration } from "../domain/app/configuration.ts";
import type { AppState, NumberedRun } from "../domain/app/decider.ts";
import type { Batch, CommandMeta } from "../domain/batch.ts";
import type { EnvironmentName, SideName } from "../domain/configuration.ts";
import type { EnvironmentCommand } from "../domain/environment/commands.ts";
import type { EnvironmentEvent } from "../domain/environment/events.ts";
import type { DriftItem, EnvironmentState, ReleaseRef } from "../domain/environment/state.ts";
import type { ApiKey, Role } from "../domain/keys.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { Artifact, Release } from "../domain/release.ts";
import type { RegisteredRelease } from "../domain/release-log.ts";
import type { RunState } from "../domain/run/state.ts";
import type { LogName } from "../ports/log-store.ts";
import type { SideObservation } from "../ports/side-runtime.ts";

export { TableFault } from "../ports/event-store.ts";

/** All that can be asked of an operator, whoever asks: the HTTP API, a hook, or the CLI directly. */
export interface Operator {
  readonly apps: AppsFace;
  readonly environments: EnvironmentsFace;
  readonly releases: ReleasesFace;
  readonly runs: RunsFace;
  readonly keys: KeysFace;
  /** Every decision made from now on, by this operator or another; ends when the signal aborts. */
  feed(signal: AbortSignal): AsyncIterable<Batch<{ readonly type: string }>>;
  /** Whether the table answers, and takes writes as far as is known. */
  ready(): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }>;
}

/** What a command came to. */
export interface Outcome<State, Event> {
  readonly kind: "done";
  /** The revision of the decision; the present one when nothing had to change. */
  readonly revision: number;
  readonly events: readonly Event[];
  readonly state: State;
  /** The command id had been carried out before, and this is that outcome. */
  readonly repeated: boolean;
}

export interface AppsFace {
  list(): Promise<readonly AppState[]>;
  get(name: string): Promise<AppState | Refusal>;
  /** Registers or changes an app; its environments follow. `dryRun` only tells what would change. */
  configure(
    configuration: AppConfiguration,
    meta: CommandMeta,
    options?: { readonly dryRun?: boolean; readonly run?: number },
  ): Promise<ConfigureOutcome | Refusal>;
  /** Merges a branch that passed CI into the app's release branch. */
  merge(app: string, branch: string, meta: CommandMeta): Promise<MergeOutcome | Refusal>;
  /** Looks for new commits now instead of at the next poll; returns the runs that they started. */
  notice(app: string): Promise<readonly NumberedRun[]>;
}

export interface ConfigureOutcome {
  readonly revision: number;
  readonly changed: boolean;
  /** One line for each change: what, from what, to what. */
  readonly changes: readonly string[];
}

export interface MergeOutcome {
  readonly into: string;
  readonly commit: string;
}

export interface EnvironmentsFace {
  /** Configured environments of an app, in the order of its configuration. */
  list(app: string): Promise<readonly EnvironmentState[] | Refusal>;
  get(name: EnvironmentName): Promise<EnvironmentState | Refusal>;
  execute(
    name: EnvironmentName,
    command: EnvironmentCommand,
  ): Promise<Outcome<EnvironmentState, EnvironmentEvent> | Refusal>;
  /** What the command would do, without doing it. */
  preview(name: EnvironmentName, command: EnvironmentCommand): Promise<EnvironmentPlan | Refusal>;
  /** The newest decisions first, each with the state before and after it. */
  history(
    name: EnvironmentName,
    query: { readonly beforeRevision?: number; readonly limit: number },
  ): Promise<readonly Decided[] | Refusal>;
  /** Compares the world with the state now. */
  checkDrift(name: EnvironmentName): Promise<DriftReport | Refusal>;
  /** Decides to mend exactly the differences that are there now. */
  mend(
    name: EnvironmentName,
    meta: CommandMeta,
  ): Promise<Outcome<EnvironmentState, EnvironmentEvent> | Refusal>;
  /** What `mend` would do, without doing it. */
  previewMend(name: EnvironmentName, meta: CommandMeta): Promise<EnvironmentPlan | Refusal>;
  /** What runs on each side; a side whose runtime doesn't answer is left out. */
  observe(state: EnvironmentState): Promise<Readonly<Partial<Record<SideName, SideObservation>>>>;
  /** What the tasks of one side wrote last; of every side where none is named. */
  logs(
    state: EnvironmentState,
    query: { readonly side?: SideName; readonly lines: number },
  ): Promise<readonly SideLog[] | Refusal>;
}

export interface SideLog {
  readonly side: SideName;
  /** The oldest first. */
  readonly lines: readonly string[];
  /** Why lines that there may be can't be read. */
  readonly fault?: string;
}

export interface EnvironmentPlan {
  readonly before: EnvironmentState;
  readonly after: EnvironmentState;
  readonly events: readonly EnvironmentEvent[];
}

export interface Decided {
  readonly batch: Batch<EnvironmentEvent>;
  readonly before: EnvironmentState;
  readonly after: EnvironmentState;
}

export interface DriftReport {
  readonly revision: number;
  /** False while something is in flight: differences are expected then. */
  readonly settled: boolean;
  readonly drift: readonly DriftItem[];
  readonly checkedAt: number;
}

export interface ReleasesFace {
  /** The newest first. */
  list(app: string, limit: number): Promise<readonly RegisteredRelease[]>;
  /** By id, whole commit, or the first seven or more digits of the commit. */
  find(app: string, wanted: string): Promise<Release | Refusal>;
  register(
    release: {
      readonly app: string;
      readonly commit: string;
      readonly artifact: Artifact;
      readonly author: Release["author"];
      readonly subject: string;
      readonly run?: number;
    },
    meta: CommandMeta,
  ): Promise<Release | Refusal>;
  ref(release: Release): ReleaseRef;
}

export interface RunsFace {
  /** The newest first. */
  list(
    app: string,
    query: { readonly before?: number; readonly limit: number },
  ): Promise<readonly RunState[]>;
  get(app: string, number: number): Promise<RunState | Refusal>;
  log(log: LogName, fromLine: number, limit: number): Promise<readonly string[]>;
  locateLog(log: LogName): string;
}

export interface KeysFace {
  list(): Promise<readonly UsedKey[]>;
  /** The key itself is in the answer and nowhere else. */
  issue(
    name: string,
    role: Role,
    meta: CommandMeta,
  ): Promise<{ readonly key: string; readonly record: ApiKey } | Refusal>;
  revoke(id: string, meta: CommandMeta): Promise<ApiKey | Refusal>;
  /**
   * The key's record when it is known and not revoked. One revoked by this operator is refused at
   * once, one revoked by another within `KEYS_FRESH_MS`. A key that is not known costs a look at the
   * table, for another operator may have just issued it; `lookUpUnknown: false` spares that.
   */
  authenticate(
    key: string,
    options?: { readonly lookUpUnknown?: boolean },
  ): Promise<ApiKey | undefined>;
  /** Whether the key of this id is on record and not revoked; as fresh as `authenticate`. */
  isGood(id: string): Promise<boolean>;
}

export interface UsedKey extends ApiKey {
  /** Epoch milliseconds; of other operators, and after a crash, up to five minutes behind. */
  readonly lastUsedAt?: number;
}
