import { get } from "node:http";
import { withDeadline } from "../../machine/deadline.ts";
import type { Target } from "../target-group.ts";
import type { HealthOutcome } from "./health-verdict.ts";

/** A response's body beyond this is not read: only the status counts. */
const READ_OCTETS = 65_536;

/**
 * What tells of the target that it gives no answer; the first is the deadline's. Others tell of this
 * machine, EMFILE for one, or of an answer that isn't HTTP.
 */
const SILENCE = ["ABORT_ERR", "ECONNREFUSED", "ECONNRESET", "EPIPE"];

/**
 * Asks the target's health path on a connection of its own. Passed when the response has a status of
 * 200 to 399 and has come whole within `timeoutMs`; silent when none began. Never rejects; what an
 * aborted probe resolves with means nothing.
 */
export function probe(
  target: Target,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<HealthOutcome> {
  return withDeadline(timeoutMs, signal, (either) => ask(target, either));
}

function ask(target: Target, signal: AbortSignal): Promise<HealthOutcome> {
  return new Promise((resolve) => {
    const request = get({
      host: target.host,
      port: target.port,
      path: target.healthPath,
      agent: false,
      signal,
      headers: { "User-Agent": "Verdigris-HealthCheck", Connection: "close" },
    });
    let begun = false;
    request.on("error", ({ code = "" }: NodeJS.ErrnoException) =>
      resolve(!begun && SILENCE.includes(code) ? "silent" : "failed"),
    );
    request.on("upgrade", (_, socket) => {
      resolve("failed");
      socket.destroy();
    });
    request.on("response", (response) => {
      begun = true;
      const status = response.statusCode ?? 0;
      const outcome = status >= 200 && status < 400 ? "passed" : "failed";
      let read = 0;
      response.on("data", (chunk: Buffer) => {
        read += chunk.length;
        if (read < READ_OCTETS) return;
        resolve(outcome);
        request.destroy();
      });
      response.on("end", () => resolve(outcome));
      response.on("error", () => resolve("failed"));
      response.on("close", () => resolve("failed"));
    });
  });
}
