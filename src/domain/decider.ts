import type { Batch } from "./batch.ts";
import type { Decision } from "./refusal.ts";

/**
 * One kind of log: how its state follows from its events, and which events a command may add.
 * All three are pure; `now` is epoch milliseconds.
 */
export interface Decider<State, Command extends { readonly type: string }, Event> {
  initialState(stream: string): State;
  evolve(state: State, batch: Batch<Event>): State;
  decide(state: State, command: Command, now: number): Decision<Event>;
}
