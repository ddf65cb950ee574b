import type { Asked } from "../batch.ts";
import type { Decision } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import type { ReportTraffic } from "./commands.ts";
import type { EnvironmentEvent } from "./events.ts";
import type { ConfiguredState } from "./state.ts";

/** What became of the newest decision about records. */
export function decideReportTraffic(
  state: ConfiguredState,
  command: Asked<ReportTraffic>,
): Decision<EnvironmentEvent> {
  const { traffic } = state;
  const { revision, result } = command;
  if (traffic.decisions.at(-1)?.revision !== revision) return [];
  switch (result.phase) {
    case "submitted":
      if (traffic.phase !== "decided" && traffic.phase !== "blocked") return [];
      return [{ type: "TrafficSubmitted", revision, changeId: result.changeId }];
    case "in-sync":
      return traffic.phase === "submitted" ? [{ type: "TrafficInSync", revision }] : [];
    case "blocked":
      if (traffic.phase !== "decided" && traffic.phase !== "submitted") return [];
      return [{ type: "TrafficBlocked", revision, code: result.code, reason: result.reason }];
  }
}

/** Tries a blocked change of records again. */
export function decideResume(state: ConfiguredState): Decision<EnvironmentEvent> {
  const revision = state.traffic.decisions.at(-1)?.revision;
  if (state.traffic.phase !== "blocked" || revision === undefined) {
    return refuse(
      "not_blocked",
      `Nothing of ${state.name} is blocked (records ${state.traffic.phase}). Nothing was changed.`,
      { phase: state.traffic.phase },
    );
  }
  return [{ type: "TrafficResumed", revision }];
}
