import { get } from "node:http";
import { withDeadline } from "../../machine/deadline.ts";
import type { Target } from "../target-group.ts";

/** A response's body beyond this is not read: only the status counts. */
const READ_OCTETS = 65_536;

/**
 * Asks the target's health path on a connection of its own. True when the response has a status of
 * 200 to 399 and has come whole within `timeoutMs`. Never rejects; an aborted probe is false.
 */
export function probe(target: Target, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  return withDeadline(timeoutMs, signal, (either) => ask(target, either));
}

function ask(target: Target, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({
      host: target.host,
      port: target.port,
      path: target.healthPath,
      agent: false,
      signal,
      headers: { "User-Agent": "Verdigris-HealthCheck", Connection: "close" },
    });
    request.on("error", () => resolve(false));
    request.on("response", (response) => {
      const status = response.statusCode ?? 0;
      const passed = status >= 200 && status < 400;
      let read = 0;
      response.on("data", (chunk: Buffer) => {
        read += chunk.length;
        if (read < READ_OCTETS) return;
        resolve(passed);
        request.destroy();
      });
      response.on("end", () => resolve(passed));
      response.on("error", () => resolve(false));
      response.on("close", () => resolve(false));
    });
  });
}
