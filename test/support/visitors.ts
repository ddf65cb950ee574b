import { Agent, request } from "node:http";

export interface Visit {
  /** When it was begun and when it was answered: epoch milliseconds. */
  readonly at: number;
  readonly answered: number;
  readonly side: string;
  readonly version: string;
}

/** A visit that got no answer, or a wrong one. */
export interface Loss {
  readonly at: number;
  readonly ended: number;
  readonly why: string;
}

/** Constant load on a name through the gateway, on kept-alive connections, until told to stop. */
export class Visitors {
  readonly visits: Visit[] = [];
  readonly lost: Loss[] = [];
  readonly #agent: Agent;
  readonly #clients: readonly Promise<void>[];
  #stopped = false;

  constructor(gateway: string, host: string, clients = 2) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: clients });
    this.#clients = Array.from({ length: clients }, () => this.#client(gateway, host));
  }

  get failures(): readonly string[] {
    return this.lost.map(({ why }) => why);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#clients);
    this.#agent.destroy();
  }

  lastOn(side: string): number {
    return Math.max(0, ...this.visits.filter((v) => v.side === side).map(({ at }) => at));
  }

  async #client(gateway: string, host: string): Promise<void> {
    const until = Date.now() + 120_000;
    while (!this.#stopped && Date.now() < until) {
      const at = Date.now();
      try {
        const { side, version } = await this.#visit(gateway, host);
        this.visits.push({ at, answered: Date.now(), side, version });
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.lost.push({ at, ended: Date.now(), why });
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  #visit(gateway: string, host: string): Promise<{ side: string; version: string }> {
    return new Promise((resolve, reject) => {
      const asked = request(gateway, { agent: this.#agent, headers: { host } }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const body = Buffer.concat(chunks).toString("utf8");
          if (answer.statusCode !== 200) return reject(new Error(`${answer.statusCode} ${body}`));
          resolve(JSON.parse(body) as { side: string; version: string });
        });
      });
      asked.setTimeout(10_000, () => asked.destroy(new Error("no answer within 10 s")));
      asked.on("error", reject);
      asked.end();
    });
  }
}
