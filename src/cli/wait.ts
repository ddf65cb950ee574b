import { Unreachable } from "./problem.ts";
import type { Call } from "./verb.ts";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;
const SLOWER = 1.25;
/** An operator that restarts is waited for (G12), one that is gone is not. */
const LONGEST_SILENCE_MS = 30_000;

export interface Wait {
  /** `flip production-42 to be quiet`: completes "waiting for". */
  readonly what: string;
  /** When `--timeout` does not say. */
  readonly seconds: number;
}

export const TEN_MINUTES = 600;
export const ONE_HOUR = 3_600;

/** Looks again and again until there is something, or until the deadline: then undefined. */
export async function waitFor<T>(
  call: Call,
  { what, seconds }: Wait,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const { clock, signal, terminal } = call;
  const began = clock.elapsed();
  const deadline = began + (call.globals.timeout ?? seconds) * 1000;
  let pause = FIRST_PAUSE_MS;
  let heard = began;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined) return found;
      heard = clock.elapsed();
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      if (clock.elapsed() - heard >= LONGEST_SILENCE_MS) throw error;
    }
    const now = clock.elapsed();
    if (now >= deadline) return undefined;
    terminal.progress(`waiting for ${what}: ${Math.round((now - began) / 1000)} s`);
    await clock.sleep(Math.min(pause, deadline - now), signal);
    pause = Math.min(Math.round(pause * SLOWER), LONGEST_PAUSE_MS);
  }
}
