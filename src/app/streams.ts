import type { StreamName } from "../domain/batch.ts";
import type { EnvironmentName } from "../domain/configuration.ts";

/** Names of logs, each in one place. */
export const KEYS_STREAM: StreamName = "keys#operator";

/** Holds no decisions: its projection is written to see whether the table takes writes. */
export const PROBE_STREAM: StreamName = "probe#operator";

export function appStream(app: string): StreamName {
  return `app#${app}`;
}

export function environmentStream(name: EnvironmentName): StreamName {
  return `env#${name}`;
}

/** Numbers are padded so that the order of names is the order of runs. */
export function runStream(app: string, run: number): StreamName {
  return `run#${app}/${String(run).padStart(8, "0")}`;
}

export function releaseStream(app: string, id: string): StreamName {
  return `release#${app}/${id}`;
}

/** What follows `kind#app/`. */
export function lastPart(stream: StreamName): string {
  return stream.slice(stream.lastIndexOf("/") + 1);
}
