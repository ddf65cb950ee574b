import { Agent } from "node:http";
import { ask } from "./ask.ts";

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
        const { side } = await ask(this.#gateway, this.#name, this.#agent);
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
}
