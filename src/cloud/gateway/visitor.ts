import type { Exchange } from "../balancer/proxy/exchange.ts";
import { forward, type Route } from "../balancer/proxy/forward.ts";
import type { Upstream } from "../balancer/proxy/upstream.ts";
import { type DnsServerAddress, lookupAt } from "./dns-lookup.ts";
import { dnsNameFor } from "./dns-name.ts";
import { lookupFailure, loop, noName } from "./guidance.ts";
import { NameCache } from "./name-cache.ts";
import type { Sides } from "./sides.ts";

const CACHED_NAMES = 1_000;
const LOOKUPS_AT_ONCE = 1_000;

export interface VisitorOptions {
  /** Where visitors ask; 0 takes any that is free. */
  readonly port: number;
  /** The server that names are looked up at. */
  readonly dns: DnsServerAddress;
  /** The port that the side at an address listens on. */
  readonly portOf: (address: string) => number;
  /** Whether a zone of the DNS server has the name; see `dnsNameFor`. By default none has. */
  readonly isKnownName?: (name: string) => boolean;
  /** The names to show a visitor who asked for none or for an unknown one. */
  readonly knownNames?: () => readonly string[];
  /** Milliseconds of a clock that never goes back, by which TTLs run out. */
  readonly now?: () => number;
}

/** Takes each exchange to the side that DNS names, or fails it. `isSelf` says where the gateway listens. */
export function visitor(
  options: VisitorOptions,
  sides: Sides,
  isSelf: (address: string, port: number) => boolean,
): (exchange: Exchange) => Promise<void> {
  const { portOf, isKnownName = () => false, knownNames = () => [] } = options;
  const cache = new NameCache({
    lookup: lookupAt(options.dns),
    now: options.now ?? (() => performance.now()),
    names: CACHED_NAMES,
    lookups: LOOKUPS_AT_ONCE,
  });
  return async (exchange) => {
    const { host } = exchange.request.headers;
    const port = exchange.request.socket.localPort ?? options.port;
    const name = dnsNameFor(host ?? "", isKnownName);
    if (name === undefined) return exchange.fail(noName(host, knownNames(), port));
    let addresses: readonly string[];
    try {
      addresses = await cache.addressesOf(name);
    } catch (error) {
      return exchange.fail(lookupFailure(name, error, knownNames(), port));
    }
    const own = addresses.find((address) => isSelf(address, portOf(address)));
    if (own !== undefined) return exchange.fail(loop(name, own, portOf(own)));
    const upstreams = addresses.map((address) => sides.at(address, portOf(address)));
    forward(exchange, routeTo(upstreams));
  };
}

/** Each address once, in the order of the answer, then again; none that has no room. */
function routeTo(sides: readonly Upstream[]): Route {
  return (tried) => {
    const open = sides.filter((side) => !side.full);
    const next = open.find((side) => !tried.includes(side)) ?? open[0];
    return next ?? { code: "busy", status: 503, reason: "the side has no room for more requests" };
  };
}
