import type { environmentRoutes } from "../../contract/routes/environments.ts";
import type { EnvironmentCommand } from "../../domain/environment/commands.ts";
import { roleOf, standbyOf } from "../../domain/environment/state.ts";
import { environmentName, findEnvironment, isConfigured } from "../configured.ts";
import { withEnvironment } from "../conflict.ts";
import { fail, isFailure } from "../failure.ts";
import type { Handlers } from "../handler.ts";
import { metaOf } from "../handler.ts";
import { historyEntry, planView } from "../views/decision.ts";
import { environmentView } from "../views/environment.ts";
import { requestView } from "../views/flip.ts";
import { isoTime } from "../views/time.ts";

export const environmentHandlers: Handlers<keyof typeof environmentRoutes> = {
  async listEnvironments({ params }, { operator }) {
    const states = await operator.environments.list(params.app);
    if (isFailure(states)) return states;
    return Promise.all(
      states
        .filter(isConfigured)
        .map(async (state) => environmentView(state, await operator.environments.observe(state))),
    );
  },

  async getEnvironment({ params }, { operator }) {
    const state = await findEnvironment(operator, environmentName(params));
    if (isFailure(state)) return state;
    return environmentView(state, await operator.environments.observe(state));
  },

  async getHistory({ params, query }, { operator }) {
    const { before, limit } = query;
    const decided = await operator.environments.history(environmentName(params), {
      limit,
      ...(before === undefined ? {} : { beforeRevision: before }),
    });
    return isFailure(decided) ? decided : decided.map(historyEntry);
  },

  async getPlan(asked, { operator }) {
    const name = environmentName(asked.params);
    const state = await findEnvironment(operator, name);
    if (isFailure(state)) return state;
    const { command, to } = asked.query;
    const meta = metaOf(asked);
    const wanted: Record<typeof command, EnvironmentCommand> = {
      flip: { type: "flip", to: to ?? standbyOf(state) ?? state.live, meta },
      revert: { type: "revert", ...(to === undefined ? {} : { to }), meta },
      abort: { type: "abort", meta },
    };
    const plan = await operator.environments.preview(name, wanted[command]);
    return isFailure(plan) ? withEnvironment(operator, name, plan) : planView(plan);
  },

  async getDrift({ params }, { operator }) {
    const name = environmentName(params);
    const report = await operator.environments.checkDrift(name);
    if (isFailure(report)) return report;
    const { revision, checkedAt, settled, drift } = report;
    return { environment: name, revision, checkedAt: isoTime(checkedAt), settled, drift };
  },

  async getSideLogs({ params, query }, { operator }) {
    const state = await findEnvironment(operator, environmentName(params));
    if (isFailure(state)) return state;
    const { side, lines } = query;
    const logs = await operator.environments.logs(state, {
      lines,
      ...(side === undefined ? {} : { side }),
    });
    if (isFailure(logs)) return logs;
    return logs.map((log) => ({ ...log, role: roleOf(state, log.side) }));
  },

  async getFlipRequest({ params }, { operator }) {
    const name = environmentName(params);
    const state = await findEnvironment(operator, name);
    if (isFailure(state)) return state;
    const request = state.requests.find(({ id }) => id === params.id);
    if (request) return requestView(request);
    return fail("unknown_request", `${name} has no flip request ${params.id}.`, {
      request: params.id,
    });
  },
};
