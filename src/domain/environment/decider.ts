import type { Decider } from "../decider.ts";
import type { EnvironmentCommand } from "./commands.ts";
import { decideEnvironment } from "./decide.ts";
import { ENVIRONMENT_EVENTS } from "./event-shapes.ts";
import type { EnvironmentEvent } from "./events.ts";
import { evolveEnvironment, initialEnvironment } from "./evolve.ts";
import type { EnvironmentState } from "./state.ts";

export const environmentDecider: Decider<EnvironmentState, EnvironmentCommand, EnvironmentEvent> = {
  schema: 2,
  events: ENVIRONMENT_EVENTS,
  initialState: initialEnvironment,
  evolve: evolveEnvironment,
  decide: decideEnvironment,
};
