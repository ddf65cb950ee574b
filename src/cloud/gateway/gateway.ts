import { Front } from "../balancer/proxy/front.ts";
import { AddressNotAvailable } from "../balancer/proxy/front-errors.ts";
import { DEFAULT_LIMITS, type ProxyLimits } from "../balancer/proxy/limits.ts";
import { Sides } from "./sides.ts";
import { type VisitorOptions, visitor } from "./visitor.ts";

export interface GatewayOptions extends VisitorOptions {
  /**
   * Where to listen; those after the first are left out where the machine lacks them. By default
   * 127.0.0.1 and ::1, which browsers try first for localhost.
   */
  readonly addresses?: readonly [string, ...string[]];
  readonly limits?: Partial<ProxyLimits>;
}

/** The visitor: forwards each request to where DNS says, now, that its host is. */
export interface Gateway {
  readonly addresses: readonly string[];
  readonly port: number;
  /** Accepts nothing more; resolves when what is open has ended or, after `deadlineMs`, was cut. */
  close(deadlineMs: number): Promise<void>;
}

const PROXY = "gateway";
/** Throws AddressInUse, AddressNotAvailable, or what the system says; nothing listens then. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const sides = new Sides(limits);
  const fronts: Front[] = [];
  const onExchange = visitor(options, sides, (address, port) =>
    fronts.some((front) => front.port === port && front.address === address),
  );
  try {
    await listen(options, fronts, (address, port) =>
      Front.listen({ proxy: PROXY, address, port, limits, onExchange }),
    );
  } catch (error) {
    await Promise.all(fronts.map((front) => front.close(0)));
    throw error;
  }
  return {
    addresses: fronts.map(({ address }) => address),
    port: fronts[0]?.port ?? options.port,
    async close(deadlineMs) {
      await Promise.all(fronts.map((front) => front.close(deadlineMs)));
      await sides.close();
    },
  };
}

/** Adds a front for each address to `fronts`; all get the port of the first. */
async function listen(
  { port, addresses = ["127.0.0.1", "::1"] }: GatewayOptions,
  fronts: Front[],
  open: (address: string, port: number) => Promise<Front>,
): Promise<void> {
  for (const address of addresses) {
    try {
      fronts.push(await open(address, fronts[0]?.port ?? port));
    } catch (error) {
      if (fronts.length === 0 || !(error instanceof AddressNotAvailable)) throw error;
    }
  }
}
