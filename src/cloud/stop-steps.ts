import type { Log } from "./log.ts";

/** Whether tasks run on when the local cloud stops. */
export type TasksAtStop = "keep" | "stop";

type Step = (tasks: TasksAtStop) => Promise<void> | void;

/** How to stop what was started: the newest first, each once, and all even if one fails. */
export class StopSteps {
  readonly #log: Log;
  readonly #steps: { readonly what: string; readonly step: Step }[] = [];
  /** Resolves when every step has been taken. */
  readonly done: Promise<void>;
  #finish: () => void = () => undefined;
  #running: Promise<void> | undefined;

  constructor(log: Log) {
    this.#log = log;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  get begun(): boolean {
    return this.#running !== undefined;
  }

  push(what: string, step: Step): void {
    this.#steps.push({ what, step });
  }

  /** Takes every step; a second call waits for the first. Rejects with the first fault. */
  run(tasks: TasksAtStop): Promise<void> {
    this.#running ??= this.#takeAll(tasks).finally(this.#finish);
    return this.#running;
  }

  /** As `run`, for a caller who doesn't wait; faults are in the log. */
  begin(tasks: TasksAtStop): void {
    this.run(tasks).catch(() => undefined);
  }

  async #takeAll(tasks: TasksAtStop): Promise<void> {
    const faults: unknown[] = [];
    for (const { what, step } of [...this.#steps].reverse()) {
      try {
        await step(tasks);
      } catch (error) {
        this.#log("error", `${what} did not stop as it should`, { error });
        faults.push(error);
      }
    }
    if (faults.length > 0) throw faults[0];
  }
}
