import type { Decided, EnvironmentPlan, Outcome } from "../../app/operator.ts";
import type {
  CommandAnswer,
  FeedEvent,
  HistoryEntry,
  HistorySummary,
  PlanView,
} from "../../contract/api.ts";
import type { Batch } from "../../domain/batch.ts";
import type { SideName } from "../../domain/configuration.ts";
import type { EnvironmentEvent } from "../../domain/environment/events.ts";
import type { ConfiguredState, EnvironmentState } from "../../domain/environment/state.ts";
import { wantedRecords } from "../../domain/environment/traffic.ts";
import { environmentView } from "./environment.ts";
import { isoTime } from "./time.ts";

export function commandAnswer(
  commandId: string,
  outcome: Outcome<ConfiguredState, EnvironmentEvent>,
): CommandAnswer {
  const id = begunBy(outcome.events);
  return {
    commandId,
    revision: outcome.revision,
    repeated: outcome.repeated,
    changed: outcome.events.length > 0,
    ...(id === undefined ? {} : { id }),
    environment: environmentView(outcome.state),
  };
}

/** The id of what the events began: a deployment, a flip request or a flip. */
function begunBy(events: readonly EnvironmentEvent[]): string | undefined {
  for (const event of events) {
    if (event.type === "DeploymentStarted") return event.deployment.id;
    if (event.type === "FlipRequested") return event.request.id;
    if (event.type === "FlipStarted") return event.flipId;
  }
  return undefined;
}

export function planView({ before, after, events }: EnvironmentPlan): PlanView {
  const begins = events.some((event) => event.type === "FlipStarted");
  const { flip } = after;
  const traffic = events.find((event) => event.type === "TrafficDecided");
  return {
    environment: before.name,
    revision: before.revision,
    events: events.map((event) => event.type),
    live: { before: before.live, after: after.live },
    releases: { before: releaseIds(before), after: releaseIds(after) },
    records: { before: traffic?.replaces ?? wantedRecords(before), after: wantedRecords(after) },
    steps: begins && flip ? flip.steps.slice(flip.step + 1) : [],
  };
}

function releaseIds(state: EnvironmentState): Partial<Record<SideName, string>> {
  return Object.fromEntries(
    Object.entries(state.sides).flatMap(([side, { release }]) =>
      release ? [[side, release.id]] : [],
    ),
  );
}

export function historyEntry({ batch, before, after }: Decided): HistoryEntry {
  const { id, type, actor, reason } = batch.command;
  return {
    revision: batch.revision,
    at: isoTime(batch.at),
    command: type,
    commandId: id,
    by: actor.name,
    via: actor.via,
    ...(actor.from === undefined ? {} : { from: actor.from }),
    ...(reason === undefined ? {} : { reason }),
    events: batch.events.map((event) => ({ ...event })),
    before: summary(before.configured ? before : { ...before, live: after.live }),
    after: summary(after),
  };
}

function summary(state: EnvironmentState): HistorySummary {
  return { live: state.live, weights: state.traffic.weights, releases: releaseIds(state) };
}

export function feedEvent(batch: Batch<{ readonly type: string }>): FeedEvent {
  return {
    stream: batch.stream,
    revision: batch.revision,
    at: isoTime(batch.at),
    by: batch.command.actor.name,
    command: batch.command.type,
    events: batch.events.map((event) => event.type),
  };
}
