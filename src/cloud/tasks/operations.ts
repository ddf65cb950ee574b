/** What is being done about one task. */
interface Operation {
  readonly key: string;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/** Does one thing at a time about each task: the next begins when the one before has ended. */
export class Operations {
  readonly #byTask = new Map<string, Operation>();
  readonly #report: (task: string, error: Error) => void;

  /** @param report told of what an operation threw */
  constructor(report: (task: string, error: Error) => void) {
    this.#report = report;
  }

  /** Whether this, by its key, is being done or was the last thing done. */
  isOn(task: string, key: string): boolean {
    return this.#byTask.get(task)?.key === key;
  }

  /** Resolves when what is being done about the task has ended. */
  async ended(task: string): Promise<void> {
    await this.#byTask.get(task)?.done;
  }

  /** Ends what is being done about the task, and then begins this. */
  begin(task: string, key: string, perform: (signal: AbortSignal) => Promise<void>): void {
    const before = this.#byTask.get(task);
    before?.abort.abort();
    const abort = new AbortController();
    const done = this.#perform(task, before?.done, () => perform(abort.signal), abort.signal);
    this.#byTask.set(task, { key, abort, done });
  }

  /** Drops all tasks but these. */
  keep(tasks: ReadonlySet<string>): void {
    for (const task of this.#byTask.keys()) if (!tasks.has(task)) this.#byTask.delete(task);
  }

  abortAll(): void {
    for (const { abort } of this.#byTask.values()) abort.abort();
  }

  /** Resolves when all that was begun has ended. */
  async settled(): Promise<void> {
    await Promise.all([...this.#byTask.values()].map(({ done }) => done));
  }

  async #perform(
    task: string,
    before: Promise<void> | undefined,
    perform: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await before;
      if (!signal.aborted) await perform();
    } catch (error) {
      this.#report(task, error as Error);
    }
  }
}
