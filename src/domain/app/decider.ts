import type { Asked, RememberedCommand } from "../batch.ts";
import { remember } from "../batch.ts";
import type { Decider, Folded } from "../decider.ts";
import type { Decision } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import { APP_CONFIGURATION } from "../stored-shapes.ts";
import type { AppConfiguration } from "./configuration.ts";

/** A branch's commit and the run that it started. */
export interface NumberedRun {
  readonly run: number;
  readonly branch: string;
  readonly commit: string;
}

/** What is known of an app as a whole: its configuration, and the runs that its commits started. */
export interface AppState extends Folded {
  readonly name: string;
  readonly revision: number;
  readonly configuration?: AppConfiguration;
  readonly configurationHash?: string;
  /** The revision at which the configuration was decided; 0 before the first. */
  readonly configuredAt: number;
  /** The run whose commit the configuration is from, when it is from one. */
  readonly configuredByRun?: number;
  /** Number of the newest run; 0 before the first. */
  readonly lastRun: number;
  /** The newest commit of each branch for which a run was started. */
  readonly heads: Readonly<Record<string, { readonly commit: string; readonly run: number }>>;
  /** Numbers of the runs that have not finished. */
  readonly openRuns: readonly NumberedRun[];
  readonly commands: readonly RememberedCommand[];
}

export type AppEvent =
  | {
      readonly type: "AppConfigured";
      readonly configuration: AppConfiguration;
      readonly hash: string;
      readonly run?: number;
    }
  | ({ readonly type: "RunNumbered" } & NumberedRun)
  | { readonly type: "BranchForgotten"; readonly branch: string }
  | { readonly type: "RunClosed"; readonly run: number };

export type AppCommand = Asked<ConfigureApp | NumberRun | ForgetBranch | CloseRun>;

export interface ConfigureApp {
  readonly type: "configure-app";
  readonly configuration: AppConfiguration;
  readonly hash: string;
  readonly run?: number;
}

/** Starts a run for a branch's new commit; the same commit at the same head starts none. */
export interface NumberRun {
  readonly type: "number-run";
  readonly branch: string;
  readonly commit: string;
}

/** The branch is gone from the repository. */
export interface ForgetBranch {
  readonly type: "forget-branch";
  readonly branch: string;
}

export interface CloseRun {
  readonly type: "close-run";
  readonly run: number;
}

export const appDecider: Decider<AppState, AppCommand, AppEvent> = {
  schema: 2,
  events: {
    AppConfigured: { configuration: APP_CONFIGURATION, hash: "text", "run?": "number" },
    RunNumbered: { run: "number", branch: "text", commit: "text" },
    BranchForgotten: { branch: "text" },
    RunClosed: { run: "number" },
  },
  initialState: (stream) => ({
    name: stream.slice(stream.indexOf("#") + 1),
    revision: 0,
    configuredAt: 0,
    lastRun: 0,
    heads: {},
    openRuns: [],
    commands: [],
  }),
  evolve: (state, batch) => ({
    ...batch.events.reduce((before, event) => apply(before, event, batch.revision), state),
    revision: batch.revision,
    commands: remember(state.commands, batch),
  }),
  decide,
};

function apply(state: AppState, event: AppEvent, revision: number): AppState {
  switch (event.type) {
    case "AppConfigured":
      return {
        ...state,
        configuration: event.configuration,
        configurationHash: event.hash,
        configuredAt: revision,
        ...(event.run === undefined ? {} : { configuredByRun: event.run }),
      };
    case "RunNumbered": {
      const { run, branch, commit } = event;
      return {
        ...state,
        lastRun: run,
        heads: { ...state.heads, [branch]: { commit, run } },
        openRuns: [...state.openRuns, { run, branch, commit }],
      };
    }
    case "BranchForgotten": {
      const { [event.branch]: _, ...heads } = state.heads;
      return { ...state, heads };
    }
    case "RunClosed":
      return { ...state, openRuns: state.openRuns.filter(({ run }) => run !== event.run) };
  }
}

function decide(state: AppState, command: AppCommand): Decision<AppEvent> {
  switch (command.type) {
    case "configure-app": {
      const { configuration, hash, run } = command;
      const newest = state.configuredByRun ?? 0;
      if (run !== undefined && run < newest) {
        return refuse(
          "superseded",
          `Run ${run} is overtaken: run ${newest} has already configured ${state.name}. Nothing was changed.`,
          { run, newest },
        );
      }
      if (hash === state.configurationHash) return [];
      return [
        { type: "AppConfigured", configuration, hash, ...(run === undefined ? {} : { run }) },
      ];
    }
    case "number-run": {
      const { branch, commit } = command;
      if (state.heads[branch]?.commit === commit) return [];
      return [{ type: "RunNumbered", run: state.lastRun + 1, branch, commit }];
    }
    case "forget-branch":
      return state.heads[command.branch]
        ? [{ type: "BranchForgotten", branch: command.branch }]
        : [];
    case "close-run":
      return state.openRuns.some(({ run }) => run === command.run)
        ? [{ type: "RunClosed", run: command.run }]
        : [];
  }
}
