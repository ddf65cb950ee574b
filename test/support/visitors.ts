import { Agent, request } from "node:http";

export interface Visit {
  readonly at: number;
  readonly side: string;
}

/** Constant load on a name through the gateway, on kept-alive connections, until told to stop. */
export class Visitors {
  readonly visits: Visit[] = [];
  readonly failures: string[] = [];
  readonly #agent: Agent;
  readonly #clients: readonly Promise<void>[];
  #stopped = false;

  constructor(gateway: string, host: string, clients = 8) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: clients });
    this.#clients = Array.from({ length: clients }, () => this.#client(gateway, host));
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
        this.visits.push({ at, side: await this.#visit(gateway, host) });
      } catch (error) {
        this.failures.push(error instanceof Error ? error.message : String(error));
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  #visit(gateway: string, host: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const asked = request(gateway, { agent: this.#agent, headers: { host } }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const body = Buffer.concat(chunks).toString("utf8");
          if (answer.statusCode !== 200) return reject(new Error(`${answer.statusCode} ${body}`));
          resolve((JSON.parse(body) as { side: string }).side);
        });
      });
      asked.setTimeout(10_000, () => asked.destroy(new Error("no answer within 10 s")));
      asked.on("error", reject);
      asked.end();
    });
  }
}
