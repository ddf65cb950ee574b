import type { Asked, RememberedCommand } from "./batch.ts";
import { remember } from "./batch.ts";
import type { Decider, Folded } from "./decider.ts";
import { refuse } from "./refusal.ts";
import type { Release } from "./release.ts";
import { RELEASE } from "./stored-shapes.ts";

/** A release's log has one batch: a release never changes. */
export interface ReleaseState extends Folded {
  readonly revision: number;
  readonly release?: Release;
  /** Epoch milliseconds. */
  readonly builtAt?: number;
  readonly commands: readonly RememberedCommand[];
}

export type RegisteredRelease = ReleaseState & Required<Pick<ReleaseState, "release" | "builtAt">>;

export interface ReleaseRegistered {
  readonly type: "ReleaseRegistered";
  readonly release: Release;
}

export interface RegisterRelease {
  readonly type: "register-release";
  readonly release: Release;
}

export const releaseDecider: Decider<ReleaseState, Asked<RegisterRelease>, ReleaseRegistered> = {
  schema: 2,
  events: { ReleaseRegistered: { release: RELEASE } },
  initialState: () => ({ revision: 0, commands: [] }),
  evolve: (state, batch) => ({
    revision: batch.revision,
    commands: remember(state.commands, batch),
    ...batch.events.reduce((_, { release }) => ({ release, builtAt: batch.at }), {}),
  }),
  decide(state, { release }) {
    const present = state.release;
    if (!present) return [{ type: "ReleaseRegistered", release }];
    const same =
      present.commit === release.commit && present.artifact.digest === release.artifact.digest;
    if (same) return [];
    return refuse(
      "superseded",
      `Release ${release.id} exists with digest ${present.artifact.digest}; a release never changes.`,
      { release: present },
    );
  },
};
