import type { DeploymentSpec } from "../control/protocol.ts";
import {
  newService,
  type ProcessRecord,
  type ServiceRecord,
  type TaskRecord,
} from "./service-record.ts";
import { afterEvent } from "./task-events.ts";
import { deployTo } from "./wishes.ts";

export const SERVICE = "rainbow/production/blue";

export function deployment(id: string, changes: Partial<DeploymentSpec> = {}): DeploymentSpec {
  return {
    id,
    revision: 1,
    releaseId: `release-of-${id}`,
    digest: `sha256:${id}`,
    directory: "/srv/app",
    start: "npm start",
    healthPath: "/health",
    environment: {},
    tasks: 2,
    graceSeconds: 5,
    healthTimeoutSeconds: 10,
    ...changes,
  };
}

export function processOf(pid: number, changes: Partial<ProcessRecord> = {}): ProcessRecord {
  const identity = `start of ${pid}`;
  return { pid, identity, port: 30_000 + pid, startedAt: 1_000, proven: false, ...changes };
}

/** A service that serves the deployment with healthy tasks, of pids from 1. */
export function serving(spec: DeploymentSpec): ServiceRecord {
  const deployed = deployTo(newService(SERVICE), spec, 1_000);
  return healthy(deployed, deployed.tasks, 1);
}

/** Starts these tasks and lets them pass. */
export function healthy(record: ServiceRecord, tasks: readonly TaskRecord[], firstPid: number) {
  return tasks.reduce((before, { id: task }, i) => {
    const pid = firstPid + i;
    const started = afterEvent(before, { type: "started", task, process: processOf(pid) });
    return afterEvent(started, { type: "passed", task, pid, at: 2_000 });
  }, record);
}

export function staying(record: ServiceRecord): readonly TaskRecord[] {
  return record.tasks.filter((task) => !task.leaving);
}
