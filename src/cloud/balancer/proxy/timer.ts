/** setTimeout takes at most a signed 32-bit number of milliseconds and fires at once beyond. */
const LONGEST_MS = 2 ** 31 - 1;

/** setTimeout for times that callers choose. */
export function startTimer(ms: number, action: () => void): NodeJS.Timeout {
  return setTimeout(action, Math.min(ms, LONGEST_MS));
}
