import { EXIT, Stopped } from "./problem.ts";

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface Input extends AsyncIterable<Uint8Array | string> {
  readonly isTTY?: boolean;
}

export interface Clock {
  /** Epoch milliseconds. It jumps when the machine's clock is set. */
  now(): number;
  /** Milliseconds of a clock that only runs on; deadlines are of this one. */
  elapsed(): number;
  /** Rejects with the signal's reason when it aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** All that a verb sees of the machine it runs on. */
export interface Surroundings {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  /** Aborts with a `Stopped` when the verb is to end early. */
  readonly signal: AbortSignal;
}

const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const stop = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", stop);
        resolve();
      }, milliseconds);
      signal.addEventListener("abort", stop, { once: true });
    }),
};

/**
 * The surroundings of this process. The first SIGINT aborts the signal, a second one kills; an
 * output whose reader is gone (EPIPE, as with `| head`) ends the verb without complaint.
 */
export function processSurroundings(): Surroundings {
  const stopping = new AbortController();
  process.once("SIGINT", () => stopping.abort(new Stopped(EXIT.interrupted)));
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      stopping.abort(new Stopped(EXIT.done));
    });
  }
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    clock: systemClock,
    signal: stopping.signal,
  };
}
