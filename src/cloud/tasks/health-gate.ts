import { get } from "node:http";
import { pause } from "./pause.ts";

export interface HealthCheck {
  readonly port: number;
  readonly path: string;
  /** Milliseconds that one try may take. */
  readonly timeoutMs: number;
}

/** Undefined when the answer was 200 to 399; otherwise what was wrong with it, in a few words. */
export type HealthFault = string | undefined;

/** Nothing listens on the port. */
export const REFUSED = "refused the connection";

export async function askHealth(check: HealthCheck, signal?: AbortSignal): Promise<HealthFault> {
  try {
    const status = await statusOf(check, signal);
    return status >= 200 && status < 400 ? undefined : `answered ${status}`;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ECONNREFUSED" ? REFUSED : message;
  }
}

export interface HealthGate extends HealthCheck {
  readonly everyMs: number;
  /** Milliseconds from now; without one it is asked until the signal aborts. */
  readonly deadlineMs?: number;
}

/** Asks until it is healthy; tells the last fault when the deadline passed or the signal aborted. */
export async function passHealthGate(gate: HealthGate, signal: AbortSignal): Promise<HealthFault> {
  const deadline = performance.now() + (gate.deadlineMs ?? Number.POSITIVE_INFINITY);
  for (;;) {
    const fault = await askHealth(gate, signal);
    if (fault === undefined || signal.aborted || performance.now() >= deadline) return fault;
    await pause(gate.everyMs, signal);
  }
}

function statusOf({ port, path, timeoutMs }: HealthCheck, signal?: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get({
      host: "127.0.0.1",
      port,
      path,
      headers: { "user-agent": "verdigris-health" },
      agent: false,
      ...(signal && { signal }),
    });
    const late = new Error(`gave no answer within ${timeoutMs} ms`);
    const timer = setTimeout(() => request.destroy(late), timeoutMs);
    request.on("close", () => clearTimeout(timer));
    request.on("error", reject);
    request.on("response", (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
  });
}
