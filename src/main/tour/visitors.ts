import { Agent, request } from "node:http";

export interface Visits {
  readonly requests: number;
  readonly failures: readonly string[];
  /** When each side answered first and last, in epoch milliseconds. */
  readonly bySide: ReadonlyMap<string, { readonly first: number; readonly last: number }>;
}

const CLIENTS = 4;
const BETWEEN_MS = 10;
/** Visitors that nobody sends home go by themselves. */
const LONGEST_VISIT_MS = 180_000;

/** Clients that ask for the app again and again on kept-alive connections, as users of it do. */
export class Visitors {
  readonly #gateway: string;
  readonly #name: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  readonly #failures: string[] = [];
  readonly #bySide = new Map<string, { first: number; last: number }>();
  readonly #until = performance.now() + LONGEST_VISIT_MS;
  #requests = 0;
  #leaving = false;
  readonly #clients: readonly Promise<void>[];

  constructor(gateway: string, name: string) {
    this.#gateway = gateway;
    this.#name = name;
    this.#clients = Array.from({ length: CLIENTS }, () => this.#client());
  }

  async leave(): Promise<Visits> {
    this.#leaving = true;
    await Promise.all(this.#clients);
    this.#agent.destroy();
    return { requests: this.#requests, failures: this.#failures, bySide: this.#bySide };
  }

  async #client(): Promise<void> {
    while (!this.#leaving && performance.now() < this.#until) {
      this.#requests += 1;
      try {
        const side = await this.#visit();
        const now = Date.now();
        const seen = this.#bySide.get(side) ?? { first: now, last: now };
        seen.last = now;
        this.#bySide.set(side, seen);
      } catch (error) {
        this.#failures.push(error instanceof Error ? error.message : String(error));
      }
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    }
  }

  #visit(): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { agent: this.#agent, headers: { host: this.#name }, timeout: 5000 };
      const asked = request(new URL("/api/info", this.#gateway), options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const body = Buffer.concat(chunks).toString("utf8");
          if (answer.statusCode !== 200) return reject(new Error(`${answer.statusCode}: ${body}`));
          resolve((JSON.parse(body) as { side: string }).side);
        });
      });
      asked.on("timeout", () => asked.destroy(new Error("no answer within 5 s")));
      asked.on("error", reject);
      asked.end();
    });
  }
}
