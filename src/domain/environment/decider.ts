import type { Decider } from "../decider.ts";
import type { EnvironmentCommand } from "./commands.ts";
import { decideEnvironment } from "./decide.ts";
import type { EnvironmentEvent } from "./events.ts";
import { evolveEnvironment, initialEnvironment } from "./evolve.ts";
import type { EnvironmentState } from "./state.ts";

export const environmentDecider: Decider<EnvironmentState, EnvironmentCommand, EnvironmentEvent> = {
  schema: 2,
  initialState: initialEnvironment,
  evolve: evolveEnvironment,
  decide: decideEnvironment,
};
