/**
 * Epoch milliseconds as the machine's clock had it when this process started, and from there by a clock
 * that only runs on: for times that begin and end within one process.
 */
export function steadyNow(): number {
  return Math.floor(performance.timeOrigin + performance.now());
}
