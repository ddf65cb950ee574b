import type { LogName, LogStore } from "../../ports/log-store.ts";

/** Hands a job's lines on in order, as many at a time as have gathered. */
export class JobLog {
  readonly #logs: LogStore;
  readonly #name: LogName;
  #gathered: string[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(logs: LogStore, name: LogName) {
    this.#logs = logs;
    this.#name = name;
  }

  readonly line = (text: string): void => {
    this.#gathered.push(text);
    if (this.#gathered.length > 1) return;
    this.#writing = this.#writing.then(() => this.#write());
  };

  /** Resolves when all lines are kept. */
  async end(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    const lines = this.#gathered;
    this.#gathered = [];
    if (lines.length > 0) await this.#logs.append(this.#name, lines);
  }
}
