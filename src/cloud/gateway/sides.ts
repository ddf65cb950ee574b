import type { ProxyLimits } from "../balancer/proxy/limits.ts";
import { Upstream } from "../balancer/proxy/upstream.ts";

/** Sides whose connections are kept at once, beyond those in use. */
const KEPT = 64;

/** The load balancers that DNS answers have led to, each with its connections. */
export class Sides {
  readonly #limits: ProxyLimits;
  /** In the order of last use. */
  readonly #sides = new Map<string, Upstream>();

  constructor(limits: ProxyLimits) {
    this.#limits = limits;
  }

  at(address: string, port: number): Upstream {
    const key = `${address}:${port}`;
    const side = this.#sides.get(key) ?? new Upstream(key, address, port, this.#limits);
    this.#sides.delete(key);
    this.#sides.set(key, side);
    if (this.#sides.size > KEPT) this.#forgetOne();
    return side;
  }

  /** Cuts what is open and forgets all. */
  async close(): Promise<void> {
    await Promise.all([...this.#sides.values()].map((side) => side.drain(0)));
    this.#sides.clear();
  }

  /** The idle connections of a forgotten side close by themselves. */
  #forgetOne(): void {
    for (const [key, side] of this.#sides) {
      if (side.open > 0) continue;
      this.#sides.delete(key);
      return;
    }
  }
}
