import type { EnvironmentPlan, Outcome } from "../../app/operator.ts";
import type { CommandAnswer, CommandBody, PlanView } from "../../contract/api.ts";
import type { commandRoutes } from "../../contract/routes/commands.ts";
import type { Actor } from "../../domain/batch.ts";
import type { EnvironmentName } from "../../domain/configuration.ts";
import type { EnvironmentCommand } from "../../domain/environment/commands.ts";
import type { EnvironmentEvent } from "../../domain/environment/events.ts";
import type { EnvironmentState } from "../../domain/environment/state.ts";
import type { Refusal } from "../../domain/refusal.ts";
import { environmentName, isConfigured, unknownEnvironment } from "../configured.ts";
import { withEnvironment } from "../conflict.ts";
import type { Failure } from "../failure.ts";
import { isFailure } from "../failure.ts";
import type { Handlers } from "../handler.ts";
import { metaOf } from "../handler.ts";
import type { Service } from "../service.ts";
import { commandAnswer, planView } from "../views/decision.ts";

export const commandHandlers: Handlers<keyof typeof commandRoutes> = {
  async deploy(asked, service) {
    const { params, body } = asked;
    const found = await service.operator.releases.find(params.app, body.release);
    if (isFailure(found)) return found;
    const release = service.operator.releases.ref(found);
    const { side } = body;
    return carryOut(service, asked, {
      type: "deploy",
      release,
      ...(side === undefined ? {} : { side }),
      meta: metaOf(asked, body),
    });
  },

  async requestFlip(asked, service) {
    const wanted = await releaseId(service, asked.params.app, asked.body.release);
    if (isFailure(wanted)) return wanted;
    return carryOut(service, asked, {
      type: "request-flip",
      ...wanted,
      meta: metaOf(asked, asked.body),
    });
  },

  async approve(asked, service) {
    const meta = metaOf(asked, asked.body);
    return carryOut(service, asked, { type: "approve", requestId: asked.params.id, meta });
  },

  async reject(asked, service) {
    const meta = metaOf(asked, asked.body);
    return carryOut(service, asked, { type: "reject", requestId: asked.params.id, meta });
  },

  async flip(asked, service) {
    const { to, release, request } = asked.body;
    const wanted = await releaseId(service, asked.params.app, release);
    if (isFailure(wanted)) return wanted;
    return carryOut(service, asked, {
      type: "flip",
      to,
      ...wanted,
      ...(request === undefined ? {} : { requestId: request }),
      meta: metaOf(asked, asked.body),
    });
  },

  async revert(asked, service) {
    const { to, release } = asked.body;
    const wanted = await releaseId(service, asked.params.app, release);
    if (isFailure(wanted)) return wanted;
    return carryOut(service, asked, {
      type: "revert",
      ...(to === undefined ? {} : { to }),
      ...wanted,
      meta: metaOf(asked, asked.body),
    });
  },

  async resume(asked, service) {
    return carryOut(service, asked, { type: "resume", meta: metaOf(asked, asked.body) });
  },

  async abort(asked, service) {
    return carryOut(service, asked, { type: "abort", meta: metaOf(asked, asked.body) });
  },

  async freeze(asked, service) {
    return carryOut(service, asked, { type: "freeze", meta: metaOf(asked, asked.body) });
  },

  async unfreeze(asked, service) {
    return carryOut(service, asked, { type: "unfreeze", meta: metaOf(asked, asked.body) });
  },

  async mendDrift(asked, service) {
    const name = environmentName(asked.params);
    const meta = metaOf(asked, asked.body);
    const { environments } = service.operator;
    if (asked.body.dryRun) return planned(service, name, environments.previewMend(name, meta));
    return answered(service, name, asked.commandId, environments.mend(name, meta));
  },
};

interface AskedCommand {
  readonly params: { readonly app: string; readonly env: string };
  readonly body: CommandBody;
  readonly actor: Actor;
  readonly commandId: string;
}

/** Has the command decided, or, for a dry run, only planned. */
async function carryOut(
  service: Service,
  { params, body, commandId }: AskedCommand,
  command: EnvironmentCommand,
): Promise<CommandAnswer | PlanView | Failure> {
  const { environments } = service.operator;
  const name = environmentName(params);
  if (!body.dryRun) {
    return answered(service, name, commandId, environments.execute(name, command));
  }
  return planned(service, name, environments.preview(name, command));
}

async function planned(
  { operator }: Service,
  name: EnvironmentName,
  planning: Promise<EnvironmentPlan | Refusal>,
): Promise<PlanView | Failure> {
  const plan = await planning;
  return isFailure(plan) ? withEnvironment(operator, name, plan) : planView(plan);
}

async function answered(
  { operator }: Service,
  name: EnvironmentName,
  commandId: string,
  deciding: Promise<Outcome<EnvironmentState, EnvironmentEvent> | Refusal>,
): Promise<CommandAnswer | Failure> {
  const outcome = await deciding;
  if (isFailure(outcome)) return withEnvironment(operator, name, outcome);
  const { state } = outcome;
  return isConfigured(state)
    ? commandAnswer(commandId, { ...outcome, state })
    : unknownEnvironment(name);
}

/** The id of the release that the caller named in one way or another. */
async function releaseId(
  { operator }: Service,
  app: string,
  wanted: string | undefined,
): Promise<{ readonly releaseId?: string } | Failure> {
  if (wanted === undefined) return {};
  const release = await operator.releases.find(app, wanted);
  return isFailure(release) ? release : { releaseId: release.id };
}
