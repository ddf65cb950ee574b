import type { Clock } from "../../ports/clock.ts";

/** setTimeout takes a longer delay for 1 ms (Node.js documentation, "Timers"). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own clock. A wait keeps the process alive. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  elapsed(): number {
    return performance.now();
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout;
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        resolve();
      };
      const sleep = (remainingMs: number) => {
        const stretch = Math.min(remainingMs, LONGEST_TIMER_MS);
        const rest = remainingMs - stretch;
        timer = setTimeout(() => (rest > 0 ? sleep(rest) : end()), stretch);
      };
      signal?.addEventListener("abort", end, { once: true });
      sleep(ms);
    });
  }
}
