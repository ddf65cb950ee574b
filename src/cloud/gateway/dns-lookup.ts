import { Resolver } from "node:dns/promises";

/** Where a name's addresses are and how long, in seconds, they may be believed. */
export interface Addresses {
  readonly addresses: readonly string[];
  readonly ttlSeconds: number;
}

/** Asks for the A records of a name. Rejects with an error whose code is one of node:dns. */
export type Lookup = (name: string) => Promise<Addresses>;

export interface DnsServerAddress {
  readonly host: string;
  readonly port: number;
}

const TRIES = 3;

/**
 * Asks this DNS server and no other: over UDP, and over TCP when an answer is truncated. There are three
 * tries; each has up to twice the time of the one before, so by default all are over after 4 s.
 */
export function lookupAt({ host, port }: DnsServerAddress, firstTryMs = 500): Lookup {
  const resolver = new Resolver({ timeout: firstTryMs, tries: TRIES });
  resolver.setServers([`${host.includes(":") ? `[${host}]` : host}:${port}`]);
  return async (name) => {
    const records = await resolver.resolve4(name, { ttl: true });
    return {
      addresses: records.map(({ address }) => address),
      ttlSeconds: Math.min(...records.map(({ ttl }) => ttl)),
    };
  };
}
