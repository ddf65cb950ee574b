import { lookup } from "node:dns/promises";
import type { RecordType } from "../../../domain/records.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { WireAnswer } from "../../../ports/traffic-zone.ts";
import { askDns, type DnsServerAddress } from "../../dns/ask-dns.ts";

/**
 * The host names of the servers that a zone is delegated to; `isFresh` asks Route 53 again when that
 * was long ago.
 */
export type OwnServers = (isFresh: boolean) => Promise<readonly string[]>;

export type AskServers = (
  name: string,
  type: RecordType,
  own: OwnServers,
) => Promise<readonly WireAnswer[]>;

export interface NameServersOptions {
  readonly clock: Clock;
  /**
   * Which servers are asked: the zone's own, none, or these, each `host:port` or `host`. An IPv6
   * address with a port is in brackets.
   */
  readonly servers?: "own" | "none" | readonly string[];
  /** For all servers together, the search for their addresses included. */
  readonly deadlineMs?: number;
}

const DNS_PORT = 53;

/** How the authoritative servers of a zone are asked: all at once, over UDP, and TCP where that is needed. */
export function askNameServers(options: NameServersOptions): AskServers {
  const { clock, servers = "own", deadlineMs = 6_000 } = options;
  const askAll = async (hosts: readonly DnsServerAddress[], name: string, type: RecordType) => {
    const over = new AbortController();
    const late = clock.wait(deadlineMs, over.signal);
    try {
      return await Promise.all(
        hosts.map((host) => {
          const timedOut = late.then((): WireAnswer => silence(host));
          return Promise.race([askHost(host, name, type), timedOut]);
        }),
      );
    } finally {
      over.abort();
    }
  };
  if (servers === "none") return () => Promise.resolve([]);
  if (servers !== "own") {
    const hosts = servers.map(addressOf);
    return (name, type) => askAll(hosts, name, type);
  }
  return async (name, type, own) => {
    const answers = await askAll((await own(false)).map(addressOf), name, type);
    // Servers refuse names of zones that they don't have any more.
    if (answers.length === 0 || answers.some(({ rcode }) => rcode !== "REFUSED")) return answers;
    return askAll((await own(true)).map(addressOf), name, type);
  };
}

async function askHost(
  { host, port }: DnsServerAddress,
  name: string,
  type: RecordType,
): Promise<WireAnswer> {
  try {
    const { address } = await lookup(host);
    return { ...(await askDns({ host: address, port }, name, type)), server: `${host}:${port}` };
  } catch {
    // Whose address isn't known can't be asked, whatever the reason.
    return silence({ host, port });
  }
}

function silence({ host, port }: DnsServerAddress): WireAnswer {
  return { server: `${host}:${port}`, rcode: "TIMEOUT", values: [] };
}

function addressOf(written: string): DnsServerAddress {
  const [, bracketed, host, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(written) ?? [];
  return { host: bracketed ?? host ?? written, port: port ? Number(port) : DNS_PORT };
}
