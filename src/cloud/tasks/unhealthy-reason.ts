import { tellingLine } from "./exit-reason.ts";
import { REFUSED } from "./health-gate.ts";
import { listeningSockets } from "./listening-sockets.ts";
import { tailOf } from "./log-tail.ts";

export interface Unhealthy {
  /** What was wrong with the last answer to the health check. */
  readonly fault: string;
  readonly path: string;
  readonly timeoutSeconds: number;
  /** Also the id of its process group. */
  readonly pid: number;
  readonly port: number;
  readonly logFile: string;
}

const LAST_LINES = 40;

/**
 * Why a task never became healthy, in one line: `was not healthy within 60 s: nothing listens on
 * 127.0.0.1:43123 ($HOST:$PORT), but it listens on 127.0.0.1:3000; its last line: ready`.
 */
export async function unhealthyReason(task: Unhealthy): Promise<string> {
  const said = tellingLine(await tailOf(task.logFile, LAST_LINES));
  const last = said ? `; its last line: ${said}` : "; it has written nothing";
  return `was not healthy within ${task.timeoutSeconds} s: ${whatIsWrong(task)}${last}`;
}

function whatIsWrong({ fault, path, pid, port }: Unhealthy): string {
  if (fault !== REFUSED) return `GET ${path} ${fault}`;
  const elsewhere = listeningSockets(pid).join(" and ");
  const instead = elsewhere ? `, but it listens on ${elsewhere}` : "";
  return `nothing listens on 127.0.0.1:${port} ($HOST:$PORT)${instead}`;
}
