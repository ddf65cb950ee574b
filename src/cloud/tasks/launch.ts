import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, fstatSync, openSync } from "node:fs";
import type { DeploymentSpec } from "../control/protocol.ts";
import type { Exit } from "./exit-reason.ts";
import { findProcess } from "./process-table.ts";
import type { ProcessRecord } from "./service-record.ts";

export interface Launch {
  readonly spec: DeploymentSpec;
  readonly environment: Readonly<Record<string, string>>;
  readonly port: number;
  readonly logFile: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface Launched {
  readonly process: ProcessRecord;
  /** The size of the log file before the process wrote to it, in bytes. */
  readonly logStart: number;
  readonly exited: Promise<Exit>;
}

/**
 * Starts the app in a session and process group of its own, writing straight to its log file: it
 * needs nothing of this process, and lives on when this process is killed.
 *
 * @throws Error when it can't be started
 */
export async function launch({ spec, environment, port, logFile, now }: Launch): Promise<Launched> {
  const log = openSync(logFile, "a", 0o600);
  try {
    const logStart = fstatSync(log).size;
    const child = spawn("/bin/sh", ["-c", spec.start], {
      cwd: spec.directory,
      env: environment,
      stdio: ["ignore", log, log],
      detached: true,
    });
    if (child.pid === undefined) {
      const [error] = await once(child, "error");
      throw error;
    }
    const exited = new Promise<Exit>((resolve) => {
      child.once("exit", (code, signal) => resolve({ code, signal }));
    });
    child.unref();
    const identity = findProcess(child.pid)?.identity ?? "";
    const process = { pid: child.pid, identity, port, startedAt: now, proven: false };
    return { process, logStart, exited };
  } finally {
    closeSync(log);
  }
}
