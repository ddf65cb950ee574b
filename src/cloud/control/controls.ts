import type { RecordChange, RecordSet } from "../../domain/records.ts";
import type {
  CloudStatus,
  DeploymentSpec,
  ListenerSpec,
  ServiceStatus,
  ZoneSpec,
} from "./protocol.ts";

/**
 * What the operator can ask of the local cloud, as `protocol.ts` has it. All reject with a
 * ControlFault, or with an Error when the fault is the local cloud's own.
 */
export interface Controls {
  status(): CloudStatus;
  ensureZone(zone: ZoneSpec): Promise<void>;
  records(names: readonly string[]): readonly RecordSet[];
  /** The id of the change, which has taken effect. */
  apply(change: RecordChange): Promise<string>;
  changeStatus(changeId: string): "in-sync" | "unknown";
  listen(service: string, listener: ListenerSpec): Promise<void>;
  deploy(service: string, deployment: DeploymentSpec): Promise<void>;
  scale(service: string, tasks: number): Promise<void>;
  service(service: string): Promise<ServiceStatus>;
  logs(service: string, lines: number): Promise<readonly string[]>;
  /** Begins to stop; returns at once. */
  stop(tasks: "keep" | "stop"): void;
}
