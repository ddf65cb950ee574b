import type { Batch, CommandMeta, RememberedCommand } from "./batch.ts";
import type { Decision } from "./refusal.ts";

/** What the fold of every kind of log has. */
export interface Folded {
  /** Revision of the last batch; 0 before the first. */
  readonly revision: number;
  readonly commands: readonly RememberedCommand[];
}

/**
 * One kind of log: how its state follows from its batches, and which events a command may add.
 * All three functions are pure; `now` is epoch milliseconds.
 */
export interface Decider<
  State extends Folded,
  Command extends { readonly type: string; readonly meta: CommandMeta },
  Event,
> {
  /** The version of the state's shape; projections of another version are not begun from. */
  readonly schema: number;
  initialState(stream: string): State;
  evolve(state: State, batch: Batch<Event>): State;
  decide(state: State, command: Command, now: number): Decision<Event>;
}
