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

/** The first try's time; c-ares doubles it for each of the others, so all end within about 4 s. */
const TRY_MS = 500;
const TRIES = 3;

/** Asks this DNS server and no other: over UDP, and over TCP when an answer is truncated. */
export function lookupAt({ host, port }: DnsServerAddress): Lookup {
  const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
  resolver.setServers([`${host.includes(":") ? `[${host}]` : host}:${port}`]);
  return async (name) => {
    const records = await resolver.resolve4(name, { ttl: true });
    return {
      addresses: records.map(({ address }) => address),
      ttlSeconds: Math.min(...records.map(({ ttl }) => ttl)),
    };
  };
}
