import { Agent, request } from "node:http";

export interface Visit {
  readonly status: number;
  readonly body: string;
}

/** Asks the gateway at this port for `host`, as a browser would that was sent there. */
export function visit(port: number, host: string, agent = new Agent()): Promise<Visit> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port, headers: { host }, agent },
      async (response) => {
        try {
          const body = Buffer.concat(await response.toArray()).toString();
          resolve({ status: response.statusCode ?? 0, body });
        } catch (error) {
          reject(error);
        }
      },
    );
    sent.on("error", reject).end();
  });
}

/** Visitors who come again as soon as they were answered. */
export class ConstantLoad {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #visitors: readonly Promise<void>[];
  #ended = false;
  answered = 0;
  /** The answer that came last. */
  last = "";
  readonly failures: string[] = [];

  constructor(port: number, host: string, visitors: number) {
    this.#visitors = Array.from({ length: visitors }, () => this.#keepVisiting(port, host));
  }

  async end(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#visitors);
    this.#agent.destroy();
  }

  async #keepVisiting(port: number, host: string): Promise<void> {
    while (!this.#ended) {
      try {
        const { status, body } = await visit(port, host, this.#agent);
        this.answered += 1;
        this.last = body;
        if (status !== 200) this.failures.push(`${status} ${body}`);
      } catch (error) {
        this.failures.push(String(error));
      }
    }
  }
}
