import type { LogName, LogStore } from "../../ports/log-store.ts";

/** Logs for tests and simulations. */
export class MemoryLogStore implements LogStore {
  readonly #logs = new Map<string, string[]>();

  async append(log: LogName, lines: readonly string[]): Promise<void> {
    const kept = this.#logs.get(this.locate(log)) ?? [];
    for (const line of lines) kept.push(line.replaceAll(/[\r\n]+/g, " "));
    this.#logs.set(this.locate(log), kept);
  }

  async read(log: LogName, fromLine: number, limit: number): Promise<readonly string[]> {
    return (this.#logs.get(this.locate(log)) ?? []).slice(fromLine, fromLine + limit);
  }

  locate({ app, run, job }: LogName): string {
    return `memory:${[app, run, job].map(encodeURIComponent).join("/")}`;
  }
}
