import { Budget } from "./budget.ts";

/** Wrong keys that an address may send at once, and how often one more. */
const AT_ONCE = 20;
const ONE_MORE_EVERY_MS = 3_000;

/** Addresses that are remembered; the one not seen for longest is forgotten first. */
const MOST_ADDRESSES = 10_000;

/**
 * How many wrong keys came from where. An address that sent too many is answered without a look at
 * the table, and told when to come back. Its right keys are let in all the same: behind one address
 * are all users of a machine, a proxy or an office, and no limit is needed against guessing 256 bits.
 */
export class WrongKeys {
  readonly #now: () => number;
  readonly #atOnce: number;
  readonly #most: number;
  /** By network, in the order in which they were last seen. */
  readonly #budgets = new Map<string, Budget>();

  constructor({
    now,
    atOnce = AT_ONCE,
    addresses = MOST_ADDRESSES,
  }: { readonly now: () => number; readonly atOnce?: number; readonly addresses?: number }) {
    this.#now = now;
    this.#atOnce = atOnce;
    this.#most = addresses;
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#budgets.size;
  }

  /** Until the address may send a wrong key again; 0 when it may now. */
  secondsToWait(address: string | undefined): number {
    return this.#budgets.get(networkOf(address))?.secondsLeft ?? 0;
  }

  count(address: string | undefined): void {
    const network = networkOf(address);
    const budget =
      this.#budgets.get(network) ?? new Budget(this.#atOnce, ONE_MORE_EVERY_MS, this.#now);
    budget.take();
    this.#budgets.delete(network);
    this.#budgets.set(network, budget);
    const [oldest] = this.#budgets.keys();
    if (this.#budgets.size > this.#most && oldest !== undefined) this.#budgets.delete(oldest);
  }
}

/**
 * An IPv4 address, or the first 64 bits of an IPv6 one: a single subscriber gets at least that much
 * (RFC 6177, section 2). Linux shows IPv4 clients of a socket for both as `::ffff:192.0.2.1`.
 */
export function networkOf(address = ""): string {
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(":")) return address;
  const [before = "", after] = address.replace(/%.*$/, "").toLowerCase().split("::", 2);
  const head = before === "" ? [] : before.split(":");
  const tail = after ? after.split(":") : [];
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => "0");
  const groups = after === undefined ? head : [...head, ...zeros, ...tail];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
