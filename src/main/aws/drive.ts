import type { RunningOperator } from "../../app/create-operator.ts";
import type { Clock } from "../../ports/clock.ts";

/** Work that fails at once isn't tried more often than this. */
const SHORTEST_PAUSE_MS = 1_000;

/**
 * Carries on what is under way, pass after pass, until nothing is, or nothing more is due within the
 * time that there is.
 *
 * @param looksForDrift in the first pass
 */
export async function drive(
  operator: Pick<RunningOperator, "pass">,
  clock: Clock,
  timeMs: number,
  looksForDrift: boolean,
): Promise<void> {
  const end = clock.elapsed() + timeMs;
  let again = await operator.pass({ drift: looksForDrift });
  while (again !== undefined) {
    const pause = Math.max(again, SHORTEST_PAUSE_MS);
    if (clock.elapsed() + pause >= end) return;
    await clock.wait(pause);
    again = await operator.pass();
  }
}
