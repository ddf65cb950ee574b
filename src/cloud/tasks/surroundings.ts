import { DEFAULT_HEALTH_CHECK, type HealthCheckOptions } from "../balancer/health-watch.ts";
import type { TargetGroup } from "../target-group.ts";
import { LOG_LIMITS, type LogLimits } from "./log-sweep.ts";
import type { LoopbackPorts } from "./loopback-ports.ts";
import type { TaskLogs } from "./task-logs.ts";

/** What all services of a supervisor share. */
export interface Surroundings {
  /** Names this data directory in the markers of its tasks. */
  readonly instance: string;
  readonly recordsFolder: string;
  readonly logs: TaskLogs;
  readonly ports: LoopbackPorts;
  readonly targetGroupOf: (service: string) => TargetGroup;
  /** Epoch milliseconds by a clock that only runs on. */
  readonly now: () => number;
  readonly limits: SupervisorLimits;
  /** Told, in one line, of what went wrong where no caller waits for an answer. */
  readonly report: (problem: string) => void;
}

/** Times are milliseconds. */
export interface SupervisorLimits {
  /** Between two questions for a task's health at the gate. */
  readonly healthEveryMs: number;
  /** For one such question. */
  readonly healthTryMs: number;
  /** Of a task that was adopted and has not passed the gate yet: how it is found to be silent. */
  readonly adoptedCheck: HealthCheckOptions;
  /** For the requests still open on a task that is removed from its target group. */
  readonly drainMs: number;
  /** Between two looks at a task that was started by an earlier supervisor. */
  readonly watchEveryMs: number;
  /** Between two attempts to save what couldn't be saved. */
  readonly saveAgainMs: number;
  /** Between two rounds of log rotation. */
  readonly sweepEveryMs: number;
  /** Deployments and scalings of one service that wait for each other. */
  readonly waitingWishes: number;
  readonly logs: LogLimits;
}

export const SUPERVISOR_LIMITS: SupervisorLimits = {
  healthEveryMs: 100,
  healthTryMs: 2_000,
  adoptedCheck: DEFAULT_HEALTH_CHECK,
  drainMs: 30_000,
  watchEveryMs: 100,
  saveAgainMs: 1_000,
  sweepEveryMs: 2_000,
  waitingWishes: 100,
  logs: LOG_LIMITS,
};
