import type { Addresses, Lookup } from "./dns-lookup.ts";

export interface NameCacheOptions {
  readonly lookup: Lookup;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Names remembered at once; the one unused for longest is forgotten first. */
  readonly names: number;
  /** Names asked for at once; more are refused. */
  readonly lookups: number;
}

interface Remembered {
  readonly addresses: readonly string[];
  readonly expiresAt: number;
}

/** More names are being looked up than the server is let be asked at once. */
export class TooManyLookups extends Error {
  override readonly name = "TooManyLookups";
  readonly code = "TOO_MANY_LOOKUPS";
}

/**
 * The addresses of names, each remembered for exactly its TTL, as resolvers do (RFC 1035, 3.2.1): an
 * answer with a TTL of 0 serves only those who were waiting for it. A failed lookup is not remembered, and
 * never makes an expired answer good again.
 */
export class NameCache {
  readonly #options: NameCacheOptions;
  /** In the order of last use. */
  readonly #remembered = new Map<string, Remembered>();
  readonly #asking = new Map<string, Promise<readonly string[]>>();

  constructor(options: NameCacheOptions) {
    this.#options = options;
  }

  /** Rejects as the lookup does, or with TooManyLookups. */
  async addressesOf(name: string): Promise<readonly string[]> {
    const known = this.#remembered.get(name);
    if (known !== undefined) {
      this.#remembered.delete(name);
      if (this.#options.now() < known.expiresAt) {
        this.#remembered.set(name, known);
        return known.addresses;
      }
    }
    return this.#asking.get(name) ?? this.#ask(name);
  }

  #ask(name: string): Promise<readonly string[]> {
    if (this.#asking.size >= this.#options.lookups) {
      return Promise.reject(new TooManyLookups("too many names are being looked up"));
    }
    const asking = this.#options
      .lookup(name)
      .then((answer) => this.#remember(name, answer))
      .finally(() => this.#asking.delete(name));
    this.#asking.set(name, asking);
    return asking;
  }

  #remember(name: string, { addresses, ttlSeconds }: Addresses): readonly string[] {
    if (ttlSeconds > 0) {
      const expiresAt = this.#options.now() + ttlSeconds * 1_000;
      this.#remembered.set(name, { addresses, expiresAt });
    }
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined && this.#remembered.size > this.#options.names) {
      this.#remembered.delete(oldest);
    }
    return addresses;
  }
}
