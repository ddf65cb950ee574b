import type { Batch, CommandMeta, RememberedCommand } from "./batch.ts";
import type { EventShapes } from "./event-shapes.ts";
import type { Decision } from "./refusal.ts";

/** What the fold of every kind of log has. */
export interface Folded {
  /** Revision of the last batch; 0 before the first. */
  readonly revision: number;
  readonly commands: readonly RememberedCommand[];
  /** The log goes on, and from here on can't be understood: the state is as of before. Never stored. */
  readonly readOnly?: ReadOnly;
}

export interface ReadOnly {
  /** Of the first batch that can't be understood. */
  readonly revision: number;
  /** What is wrong with it and what to do, in words that follow "its revision 41". */
  readonly because: string;
}

/**
 * One kind of log: how its state follows from its batches, and which events a command may add.
 * All three functions are pure; `now` is epoch milliseconds.
 */
export interface Decider<
  State extends Folded,
  Command extends { readonly type: string; readonly meta: CommandMeta },
  Event extends { readonly type: string },
> {
  /**
   * The version of the state; projections of another version are not begun from. It rises with the
   * state's shape, and with each new type of event, so that an older version meets that event.
   */
  readonly schema: number;
  readonly events: EventShapes<Event>;
  initialState(stream: string): State;
  evolve(state: State, batch: Batch<Event>): State;
  decide(state: State, command: Command, now: number): Decision<Event>;
}
