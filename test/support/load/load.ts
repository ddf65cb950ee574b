/** Who answered, as the app says it. */
export interface Served {
  readonly side: string;
  readonly release: string;
  readonly pid: number;
}

/** One request, conversation or stream that went as it should, from its start to its end. */
export interface Visit extends Served {
  readonly kind: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly ended: number;
}

/** However a test ends, its load does not run on for ever. */
const LONGEST_MS = 15 * 60_000;

/** Clients who come again and again until told to stop, and what became of each visit. */
export class Load {
  readonly visits: Visit[] = [];
  readonly failures: string[] = [];
  readonly #clients: Promise<void>[] = [];
  readonly #until = Date.now() + LONGEST_MS;
  #stopped = false;

  /** Adds clients of one kind, each pausing between two visits. */
  add(kind: string, clients: number, pauseMs: number, visit: () => Promise<Served>): void {
    for (let client = 0; client < clients; client++) {
      this.#clients.push(this.#client(kind, pauseMs, visit));
    }
  }

  /** Resolves when the visits under way have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#clients);
  }

  of(kind: string): readonly Visit[] {
    return this.visits.filter((visit) => visit.kind === kind);
  }

  async #client(kind: string, pauseMs: number, visit: () => Promise<Served>): Promise<void> {
    while (!this.#stopped && Date.now() < this.#until) {
      const at = Date.now();
      try {
        const served = await visit();
        this.visits.push({ ...served, kind, at, ended: Date.now() });
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        this.failures.push(`${kind} at ${new Date(at).toISOString()}: ${said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
