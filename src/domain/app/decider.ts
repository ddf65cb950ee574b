import type { Asked, RememberedCommand } from "../batch.ts";
import { remember } from "../batch.ts";
import type { Decider } from "../decider.ts";
import type { Decision } from "../refusal.ts";
import type { AppConfiguration } from "./configuration.ts";

/** What is known of an app as a whole: its configuration, and the runs that its commits started. */
export interface AppState {
  readonly name: string;
  readonly revision: number;
  readonly configuration?: AppConfiguration;
  readonly configurationHash?: string;
  /** Number of the newest run; 0 before the first. */
  readonly lastRun: number;
  /** The newest commit of each branch for which a run was started. */
  readonly heads: Readonly<Record<string, { readonly commit: string; readonly run: number }>>;
  /** Numbers of the runs that have not finished. */
  readonly openRuns: readonly number[];
  readonly commands: readonly RememberedCommand[];
}

export type AppEvent =
  | {
      readonly type: "AppConfigured";
      readonly configuration: AppConfiguration;
      readonly hash: string;
    }
  | {
      readonly type: "RunNumbered";
      readonly run: number;
      readonly branch: string;
      readonly commit: string;
    }
  | { readonly type: "RunClosed"; readonly run: number };

export type AppCommand = Asked<ConfigureApp | NumberRun | CloseRun>;

export interface ConfigureApp {
  readonly type: "configure-app";
  readonly configuration: AppConfiguration;
  readonly hash: string;
}

/** Starts a run for a branch's new commit; the same commit at the same head starts none. */
export interface NumberRun {
  readonly type: "number-run";
  readonly branch: string;
  readonly commit: string;
}

export interface CloseRun {
  readonly type: "close-run";
  readonly run: number;
}

export const appDecider: Decider<AppState, AppCommand, AppEvent> = {
  schema: 1,
  initialState: (stream) => ({
    name: stream.slice(stream.indexOf("#") + 1),
    revision: 0,
    lastRun: 0,
    heads: {},
    openRuns: [],
    commands: [],
  }),
  evolve: (state, batch) => ({
    ...batch.events.reduce(apply, state),
    revision: batch.revision,
    commands: remember(state.commands, batch),
  }),
  decide,
};

function apply(state: AppState, event: AppEvent): AppState {
  switch (event.type) {
    case "AppConfigured":
      return { ...state, configuration: event.configuration, configurationHash: event.hash };
    case "RunNumbered":
      return {
        ...state,
        lastRun: event.run,
        heads: { ...state.heads, [event.branch]: { commit: event.commit, run: event.run } },
        openRuns: [...state.openRuns, event.run],
      };
    case "RunClosed":
      return { ...state, openRuns: state.openRuns.filter((run) => run !== event.run) };
  }
}

function decide(state: AppState, command: AppCommand): Decision<AppEvent> {
  switch (command.type) {
    case "configure-app": {
      const { configuration, hash } = command;
      return hash === state.configurationHash
        ? []
        : [{ type: "AppConfigured", configuration, hash }];
    }
    case "number-run": {
      const { branch, commit } = command;
      if (state.heads[branch]?.commit === commit) return [];
      return [{ type: "RunNumbered", run: state.lastRun + 1, branch, commit }];
    }
    case "close-run":
      return state.openRuns.includes(command.run) ? [{ type: "RunClosed", run: command.run }] : [];
  }
}
