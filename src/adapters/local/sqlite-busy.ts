import { setTimeout as pause } from "node:timers/promises";
import { codeOf } from "./sqlite-file-error.ts";

const SHORTEST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;

/**
 * Repeats the action while another process holds the lock it needs, leaving the event loop free
 * between attempts, until `deadlineMs` is over; then the last error is thrown.
 */
export async function retryWhileBusy<Result>(
  deadlineMs: number,
  action: () => Result,
): Promise<Result> {
  const deadline = performance.now() + deadlineMs;
  for (let ceiling = 2 * SHORTEST_PAUSE_MS; ; ceiling = Math.min(2 * ceiling, LONGEST_PAUSE_MS)) {
    try {
      return action();
    } catch (error) {
      if (!codeOf(error).startsWith("SQLITE_BUSY") || performance.now() >= deadline) throw error;
    }
    await pause(SHORTEST_PAUSE_MS + Math.random() * (ceiling - SHORTEST_PAUSE_MS));
  }
}
